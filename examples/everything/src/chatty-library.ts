/** Stands for a dependency that prints: on stdio a stray line would end the conversation. */
export interface Loud {
  measure(text: string): number;
}

export const loud: Loud = {
  measure(text) {
    console.log("measuring", text);
    console.info({ level: "info", message: "still measuring" });
    console.debug("done");
    return text.length;
  },
};
