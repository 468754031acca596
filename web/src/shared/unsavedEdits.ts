/** What was typed, and can be saved or given up from elsewhere. */
export interface Draft {
  /** Answers with what to tell when it is saved; undefined when it is not, which is told where it was typed. */
  save(): Promise<string | undefined>;
  discard(): void;
}

/** Something typed or shown that is nowhere else yet. */
interface Unsaved {
  /** It is lost on the way to an address that does not begin so. */
  place: string;
  /** What to tell who is about to lose it. */
  warning: string;
  draft: Draft | undefined;
}

/** What is unsaved on the page. */
export class UnsavedEdits {
  readonly #edits = new Map<string, Unsaved>();
  readonly #listeners = new Set<() => void>();
  /** Those that can be saved, in the order in which they came; another list whenever there are others. */
  drafts: readonly Draft[] = [];

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(id: string, edit: Unsaved): void {
    this.#edits.set(id, edit);
    this.#tell();
  }

  delete(id: string): void {
    if (this.#edits.delete(id)) this.#tell();
  }

  /** The first that is lost on the way to an address. */
  lost(pathname: string): Unsaved | undefined {
    return [...this.#edits.values()].find(({ place }) => !pathname.startsWith(place));
  }

  #tell(): void {
    this.drafts = [...this.#edits.values()].flatMap(({ draft }) => draft ?? []);
    for (const listener of this.#listeners) listener();
  }
}
