import { createServer, type IncomingMessage } from "node:http";
import { buffer, json } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { isJson, type Json } from "../../src/json.ts";

/** A pet store that remembers its pets, as Petstore 3 describes one. */
export async function createPetstore() {
  const pets = new Map<number, Json>();
  const images = new Map<number, Buffer>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://petstore");
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const id = Number(/^\/pet\/(\d+)/.exec(url.pathname)?.[1]);
    const found = pets.get(id);
    if (url.pathname === "/pet" && ["POST", "PUT"].includes(request.method ?? "")) {
      const pet: unknown = await json(request);
      if (!isJson(pet) || typeof pet["id"] !== "number") return answer(400, { message: "No id." });
      pets.set(pet["id"], pet);
      return answer(200, pet);
    }
    if (url.pathname === "/pet/findByStatus") {
      const status = url.searchParams.getAll("status");
      return answer(
        200,
        [...pets.values()].filter((pet) => status.includes(String(pet["status"]))),
      );
    }
    if (found === undefined) return answer(404, { message: "Pet not found" });
    if (url.pathname.endsWith("/uploadImage")) {
      images.set(id, await buffer(request));
      return answer(200, { code: 200, message: `${url.searchParams.get("additionalMetadata")}` });
    }
    if (request.method === "DELETE") {
      if (!isAllowed(request)) return answer(403, { message: "Wrong key." });
      pets.delete(id);
      return answer(200, { message: "Pet deleted" });
    }
    return answer(200, found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { baseUrl: `http://127.0.0.1:${port}`, pets, images };
}

function isAllowed({ headers }: IncomingMessage): boolean {
  return headers.authorization === "Bearer petstore-token";
}
