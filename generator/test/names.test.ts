import { listOperations } from "@fairlead/openapi";
import { expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { toDocument, toPlan } from "./support/api.ts";

/** `GET /path`, the operation's id and its summary, and the name its tool should have. */
type Row = readonly [string, string | undefined, string, string?];

async function toNames(rows: readonly Row[]): Promise<string[]> {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [line, operationId, , summary] of rows) {
    const [method = "", path = ""] = line.split(" ");
    const own = { operationId, summary, responses: { 200: { description: "OK" } } };
    paths[path] = { ...paths[path], [method.toLowerCase()]: own };
  }
  const { data, report } = await toPlan(toDocument(paths));
  const names = listOperations(data).map(({ name }) => name);
  expect(new Set(names).size).toBe(rows.length);
  const byLine = new Map(
    report.outcomes.map(({ method, path, name }) => [`${method} ${path}`, name]),
  );
  return rows.map(([line]) => byLine.get(line) ?? "");
}

const habits: Readonly<Record<string, readonly Row[]>> = {
  "ids that say what is done": [
    ["GET /a", "issues/list-for-repo", "list_issues_for_repo"],
    ["POST /b", "issues/create", "create_issue"],
    ["GET /c/{id}", "repos/get", "get_repo"],
    ["GET /d", "repos/list-languages", "list_repo_languages"],
    ["GET /e", "VirtualMachines_ListRunOutputs", "list_virtual_machine_run_outputs"],
    ["PUT /f/{id}", "FirewallRules_CreateOrUpdate", "create_or_update_firewall_rules"],
    ["DELETE /g/{id}", "Packages_DeletePackages", "delete_packages"],
    ["POST /h", "admin_users_setOwner", "set_admin_user_owner"],
    ["GET /i", "contacts.fetchAll", "fetch_all_contacts"],
    ["GET /j/{id}", "DescribeAsset", "describe_asset"],
    ["POST /k", "TagResource", "tag_resource"],
    ["GET /l", "getOAuthIDs", "get_oauth_ids"],
    ["GET /m", "Connect_GetConfigs", "get_connect_configs"],
    ["GET /n/{season}", "schedule", "get_schedule"],
    ["PUT /pulls/{no}/merge", "pulls/merge", "merge_pull"],
    ["POST /books/{id}/search", "books/search", "search_books"],
    ["POST /o", "schedule", "schedule_o"],
  ],
  "ids that begin alike": [
    ["GET /a", "mail.users.labels.list", "list_users_labels"],
    ["POST /b", "mail.users.labels.create", "create_user_label"],
    ["POST /c/{id}:obliterate", "mail.users.messages.obliterate", "obliterate_user_message"],
  ],
  "ids made of method and path": [
    ["GET /v1/customers", "GetCustomers", "list_customers"],
    ["POST /v1/customers", "PostCustomers", "create_customer"],
    ["GET /v1/customers/{customer}", "GetCustomersCustomer", "get_customer"],
    ["POST /v1/customers/{customer}", "PostCustomersCustomer", "update_customer", "Updates one"],
    ["DELETE /v1/customers/{customer}", "DeleteCustomersCustomer", "delete_customer"],
    ["GET /v1/customers/{customer}/tax_ids", "GetCustomersCustomerTaxIds", "list_customer_tax_ids"],
    ["POST /v1/intents/{intent}/confirm", "PostIntentsIntentConfirm", "confirm_intent"],
    ["GET /v1/invoices/search", "GetInvoicesSearch", "search_invoices"],
  ],
  "ids of functions, paths and methods": [
    ["GET /info/{entry}", "read_entry_info__entry__get", "read_entry"],
    ["PUT /lists/{list_id}/origin", "change_origin_lists__list_id__origin_put", "change_origin"],
  ],
  "no ids": [
    ["GET /api/v2/users", undefined, "list_users"],
    ["PATCH /api/v2/users/{id}", undefined, "update_user"],
    ["DELETE /api/v2/users/{id}", undefined, "delete_user"],
    ["PUT /api/v2/users/{id}", undefined, "put_user"],
    ["GET /api/v2/people/{id}/addresses/{no}", undefined, "get_person_address"],
    ["POST /messages/send-template.json", undefined, "send_messages_template"],
    ["POST /operations/{id}:cancel", undefined, "cancel_operation"],
    ["GET /schedule", undefined, "get_schedule"],
    ["GET /account", undefined, "get_account"],
    ["OPTIONS /account", undefined, "get_account_options"],
  ],
  "paths that ask for one name": [
    ["GET /account", undefined, "get_account"],
    ["GET /accounts/{id}", undefined, "get_accounts_by_id"],
  ],
  "a verb alone": [
    ["GET /rest/api/2/search", "search", "search_api"],
    ["POST /queue/close", "close", "close_queue"],
  ],
};

test.each(Object.entries(habits))("%s", async (_, rows) => {
  expect(await toNames(rows)).toEqual(rows.map(([, , name]) => name));
});

test("a name that is too long loses what it is in, and keeps what it is", async () => {
  const id =
    "projects.locations.datasets.medicalRecordConsentStores.consentArtifacts.attributes.list";
  const [name] = await toNames([["GET /a", id, ""]]);
  expect(name).toBe("list_medical_record_consent_stores_consent_artifacts_attributes");
  const word = "x".repeat(80);
  expect((await toNames([["GET /b", `list${word}`, ""]]))[0]).toMatch(
    /^get_listx{49}_[0-9a-f]{6}$/,
  );
});
