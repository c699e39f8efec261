// Counting steps: each says how it went, and the later ones run in any case, for they tell more about a failure.

/** A counter of steps. `onFailure` is given the name of each step that failed. */
export function counter(say = console.log, onFailure = async () => {}) {
  const count = { passed: 0, failed: 0 };
  const step = async (name, run) => {
    try {
      await run();
      count.passed += 1;
      say(`ok    ${name}`);
    } catch (error) {
      count.failed += 1;
      const reason = error instanceof Error ? error.message : String(error);
      say(`FAIL  ${name}\n      ${reason.replaceAll("\n", "\n      ")}`);
      await onFailure(name);
    }
  };
  return { count, step };
}

/** Waits until `observe()` equals `wanted`, compared as JSON; fails with what it saw last. */
export async function expect(wanted, observe, limit = 60_000) {
  const end = Date.now() + limit;
  let seen;
  for (;;) {
    seen = await observe();
    if (JSON.stringify(seen) === JSON.stringify(wanted)) {
      return;
    }
    if (Date.now() > end) {
      throw new Error(`wanted ${JSON.stringify(wanted)}\nsaw    ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
