// What follows where the connection to the server fails.

import { CloseAction, ErrorAction, type CloseHandlerResult, type ErrorHandler, type ErrorHandlerResult } from "vscode-languageclient/node";

/** A server that ends more than so many times within a period, in milliseconds, is not started again. */
const MANY = 4;
const PERIOD = 3 * 60_000;

const TOO_MANY =
  "The pinlens server ended again and again, and is not started once more. The command “pinlens: Show Logs” tells why; “pinlens: Restart Server” starts it.";

/** Starts a server again that has ended by itself. */
export class Restarts implements ErrorHandler {
  private ends: number[] = [];

  /** All that is written to a dead server fails, before its end is heard of: only the end decides. */
  error(): ErrorHandlerResult {
    return { action: ErrorAction.Continue, handled: true };
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.ends = [...this.ends.filter((end) => end > now - PERIOD), now];
    return this.ends.length > MANY ? { action: CloseAction.DoNotRestart, message: TOO_MANY } : { action: CloseAction.Restart };
  }
}
