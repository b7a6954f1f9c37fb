/** Numbers as the page's language writes them. */
export class Numbers {
  readonly #language: string;
  readonly #made = new Map<number, Intl.NumberFormat>();

  constructor(language: string) {
    this.#language = language;
  }

  /** With that many places: `1,234.50`. */
  fixed(value: number, digits: number): string {
    let format = this.#made.get(digits);
    if (!format) {
      format = new Intl.NumberFormat(this.#language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      this.#made.set(digits, format);
    }
    return format.format(value);
  }

  whole(value: number): string {
    return this.fixed(Math.round(value), 0);
  }

  /** Minutes and seconds: `1:05`; hours where it takes hours. */
  duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const pad = (value: number): string => String(value).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
  }

  /** `61 kB`, `2.5 MB`. */
  bytes(count: number): string {
    return count < 1e6
      ? `${this.fixed(count / 1e3, count < 1e4 ? 1 : 0)} kB`
      : `${this.fixed(count / 1e6, 1)} MB`;
  }
}
