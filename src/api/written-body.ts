/** A body that came as text, for operations that must keep every digit of its numbers. */
export class WrittenBody {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}
