import { expect } from "vitest";
import { browserTest, visit } from "../../test/support/browser.ts";

browserTest("console and network are listed, repeats counted, credentials hidden", async () => {
  const { call, client, site } = await visit({
    "/": `<script>for (let i = 0; i < 3; i++) console.warn("again");
fetch("/api", { method: "POST", body: "sent", headers: { authorization: "Bearer abc" } }).then(() => { document.title = "ready"; }); nowhere();</script>`,
    "/api": (_, response) => response.setHeader("set-cookie", "id=1").end("answered"),
  });
  await call("navigate", { url: site.origin });
  const messages = await call("console_messages", { level: "warn" });
  expect(messages).toContain("[warn] again (3 times)");
  expect(messages).toContain("nowhere is not defined");
  await expect.poll(() => call("network_requests", { filter: "/api" })).toContain("POST 200");
  const [id] = (await call("network_requests", { filter: "/api" })).split(" ");
  const request = await call("network_request", { id });
  expect(request).toContain('"authorization": "[hidden]"');
  expect(request).toContain('"requestBody": "sent"');
  expect(request).toContain('"responseBody": "answered"');
  const log = await client.request("resources/read", { uri: "console://logs" });
  expect(JSON.stringify(log)).toContain("again");
});

browserTest("a page believes in another screen, network and browser", async () => {
  const { call, refused, site } = await visit({
    "/": `<meta name="viewport" content="width=device-width">`,
  });
  await call("navigate", { url: site.origin });
  await call("emulate", {
    width: 390,
    height: 800,
    mobile: true,
    color_scheme: "dark",
    user_agent: "Fairlead",
  });
  const script =
    "[innerWidth, navigator.userAgent, matchMedia('(prefers-color-scheme: dark)').matches].join()";
  expect(await call("evaluate", { script })).toContain("390,Fairlead,true");
  await call("emulate", { network: "offline" });
  expect(await refused("navigate", { url: `${site.origin}/?x` })).toContain("offline");
  await call("emulate", { network: "online", media: "print" });
  expect(await call("navigate", { url: `${site.origin}/?y` })).toContain("Navigated");
});
