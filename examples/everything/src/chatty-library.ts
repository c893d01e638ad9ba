/** Stands for a dependency that prints: on stdio a stray line would end the conversation. */
export function computeLoudly(input: string): number {
  console.log("computing the length of", input);
  console.info({ level: "info", message: "still computing" });
  console.debug("done");
  return input.length;
}
