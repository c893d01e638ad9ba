import { BoundedMap } from "@fairlead/guard";

export interface Picture {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

const capacity = 20;

/** Where a client finds what is kept under a name. */
export function toGalleryUri(name: string): string {
  return `screenshot://${encodeURIComponent(name)}`;
}

/** The last screenshots and PDFs by the names they were given. */
export class Gallery {
  readonly #pictures = new BoundedMap<string, Picture>(capacity);

  add(picture: Picture): void {
    this.#pictures.set(picture.name, picture);
  }

  get(name: string): Picture | undefined {
    return this.#pictures.get(name);
  }

  list(): readonly Picture[] {
    return [...this.#pictures.values()];
  }

  clear(): void {
    this.#pictures.clear();
  }
}
