/** A change under way: whether it runs, how it failed, that it was done. */
const SAID_MS = 3000;

export class Work {
  busy = $state(false);
  error = $state.raw<Error | null>(null);
  done = $state(false);

  /** Runs one at a time. True when it went well. */
  run = async (change: () => Promise<unknown>): Promise<boolean> => {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    this.done = false;
    try {
      await change();
      this.done = true;
      setTimeout(() => (this.done = false), SAID_MS);
      return true;
    } catch (problem) {
      this.error = problem as Error;
      return false;
    } finally {
      this.busy = false;
    }
  };
}
