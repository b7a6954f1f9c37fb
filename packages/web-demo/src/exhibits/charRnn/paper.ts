const mostLines = 300;

/** The listing: what the network writes, a line at a time, each marked with the step at which it was begun. */
export class Paper {
  readonly #frame: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #calm: () => boolean;
  readonly #recording: readonly Node[];
  #line: HTMLElement | undefined;
  #waiting = "";

  /** @param calm whether to add whole lines only, for those who want less motion */
  constructor(frame: HTMLElement, lines: HTMLElement, calm: () => boolean) {
    this.#frame = frame;
    this.#lines = lines;
    this.#calm = calm;
    this.#recording = [...lines.childNodes];
  }

  clear(): void {
    this.#lines.replaceChildren();
    this.#line = undefined;
    this.#waiting = "";
  }

  /** Shows what stood there first. */
  showRecording(): void {
    this.clear();
    this.#lines.replaceChildren(...this.#recording);
    this.#frame.scrollTop = 0;
  }

  /** Begins anew with a prompt, on a line of its own. */
  begin(prompt: string, step: number): void {
    this.#flush();
    if (this.#lines.childElementCount > 0) this.#newLine(step).classList.add("gap");
    this.#line = undefined;
    const [first = "", ...rest] = prompt.split("\n");
    this.#prompt(first, step);
    for (const line of rest) {
      this.#line = undefined;
      if (line !== "" || rest.length === 1) this.#prompt(line, step);
    }
    this.#follow();
  }

  append(text: string, step: number): void {
    this.#waiting += text;
    const end = this.#calm() ? this.#waiting.lastIndexOf("\n") + 1 : this.#waiting.length;
    if (end === 0) return;
    const ready = this.#waiting.slice(0, end);
    this.#waiting = this.#waiting.slice(end);
    this.#write(ready, step);
  }

  /** Shows what is held back. */
  rest(): void {
    this.#flush();
    this.#follow();
  }

  #flush(): void {
    if (this.#waiting !== "") this.#write(this.#waiting, Number(this.#line?.dataset["step"] ?? 0));
    this.#waiting = "";
  }

  #write(text: string, step: number): void {
    text.split("\n").forEach((piece, index) => {
      if (index > 0 || !this.#line) this.#line = this.#newLine(step);
      if (piece !== "") this.#line.append(piece);
    });
    this.#line?.normalize();
    while (this.#lines.childElementCount > mostLines) this.#lines.firstElementChild?.remove();
    this.#follow();
  }

  #prompt(text: string, step: number): void {
    this.#line = this.#newLine(step);
    const mark = document.createElement("mark");
    mark.textContent = text;
    this.#line.append(mark);
  }

  #newLine(step: number): HTMLElement {
    const line = document.createElement("div");
    line.className = "line";
    line.dataset["step"] = String(step);
    this.#lines.append(line);
    return line;
  }

  /** Stays at the end, unless the visitor has scrolled back to read. */
  #follow(): void {
    const frame = this.#frame;
    const away = frame.scrollHeight - frame.scrollTop - frame.clientHeight;
    if (away < 120) frame.scrollTop = frame.scrollHeight;
  }
}
