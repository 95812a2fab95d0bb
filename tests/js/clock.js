/* A clock that a test moves: in place of setTimeout, clearTimeout and Date.now. (Node's own is not in version 18.) */

const real = { setTimeout, clearTimeout, now: Date.now };

export class Clock {
  now = 0;
  next = 1;
  timers = new Map();

  start() {
    globalThis.setTimeout = (act, delay = 0) => {
      this.timers.set(this.next, { act, at: this.now + delay });
      this.next += 1;
      return this.next - 1;
    };
    globalThis.clearTimeout = (id) => this.timers.delete(id);
    Date.now = () => this.now;
  }

  stop() {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.now;
  }

  /** Move on by `milliseconds`, and do what was to be done until then. */
  tick(milliseconds) {
    this.now += milliseconds;
    for (const [id, { act, at }] of [...this.timers]) {
      if (at <= this.now) {
        this.timers.delete(id);
        act();
      }
    }
  }
}
