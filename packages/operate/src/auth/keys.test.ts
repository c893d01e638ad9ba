import { afterEach, expect, test, vi } from "vitest";
import { IssuerKeys } from "./keys.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** An issuer on the network whose metadata names this place for its keys. */
function answerWith(issuer: string, place: string): string[] {
  const asked: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    asked.push(String(url));
    if (String(url) === place) return Response.json({ keys: [] });
    return Response.json({ issuer, jwks_uri: place });
  });
  return asked;
}

test("the metadata of another machine lead to keys over https", async () => {
  const asked = answerWith("https://id.example.com", "https://keys.example.com/jwks");
  await new IssuerKeys("https://id.example.com").load();
  expect(asked.at(-1)).toBe("https://keys.example.com/jwks");
});

test.each(["http://127.0.0.1:9000/jwks", "http://localhost/jwks", "http://keys.example.com/jwks"])(
  "the metadata of another machine never lead to %s",
  async (place) => {
    const asked = answerWith("https://id.example.com", place);
    await expect(new IssuerKeys("https://id.example.com").load()).rejects.toThrow(
      "has no jwks_uri that begins with https://",
    );
    expect(asked).not.toContain(place);
  },
);
