import { drive as createDrive, type drive_v3 } from "@googleapis/drive";
import { OAuth2Client } from "google-auth-library";

// What googleapis gives the reference server, made of the same vendor's packages and sent to the
// fake: its host is otherwise fixed.
const clients: drive_v3.Drive[] = [];

export const google = {
  drive(version: "v3") {
    const client = createDrive({ version, rootUrl: String(process.env["DRIVE_ROOT_URL"]) });
    clients.push(client);
    return client;
  },
  auth: { OAuth2: OAuth2Client },
  options(options: object) {
    for (const client of clients) Object.assign(client.context._options, options);
  },
};
