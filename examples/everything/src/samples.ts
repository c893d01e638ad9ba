/** Media small enough to stand in the code. */
export interface Samples {
  /** A PNG of one red pixel. */
  readonly redPixel: Uint8Array;
  /** A WAV of ten milliseconds: 16-bit mono at 8 kHz. */
  readonly silence: Uint8Array;
}

export const redPixel: Uint8Array = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC",
  "base64",
);

export const silence: Uint8Array = toWav(new Uint8Array(160));

function toWav(samples: Uint8Array): Uint8Array {
  const rate = 8000;
  const file = Buffer.alloc(44 + samples.length);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples.length, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples.length, 40);
  file.set(samples, 44);
  return file;
}
