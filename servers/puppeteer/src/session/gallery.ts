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
  readonly #pictures = new Map<string, Picture>();

  add(picture: Picture): void {
    this.#pictures.delete(picture.name);
    this.#pictures.set(picture.name, picture);
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size > capacity && oldest !== undefined) this.#pictures.delete(oldest);
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
