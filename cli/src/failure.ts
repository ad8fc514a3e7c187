// What a command ends with when it cannot do what was asked: a sentence, what to do about it, and the
// exit code: 2 when the command was given wrongly, 1 when it failed.

export class Failure extends Error {
  readonly exitCode: 1 | 2;
  readonly fix: string;

  constructor(exitCode: 1 | 2, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.fix = fix;
  }
}
