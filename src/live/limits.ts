/** What subscriptions may take, and how long they wait. */
export interface LiveSettings {
  /** Subscriptions of one caller at once, in this process. */
  readonly perCaller: number;
  /** Subscriptions, and WebSocket connections, of this process at once. */
  readonly perProcess: number;
  /** WebSocket connections of one network that have not said yet who they are. */
  readonly unnamed: number;
  /** Events of one subscription are at least so far apart: what happens in between is one event. */
  readonly gapMs: number;
  /** So often, whatever is heard, a subscription asks anew who its caller is and what they may see. */
  readonly recheckMs: number;
  /** After a failure of the database, it is tried again so much later. */
  readonly retryMs: number;
  /** Within so long a WebSocket says who it is. */
  readonly initMs: number;
  /** So often a WebSocket is pinged; it answers before the next, and has had a subscription since the last, or is closed. */
  readonly pingMs: number;
  /** Within so long a client takes what was sent. */
  readonly writeMs: number;
  /** Messages that a WebSocket may send from one ping to the next. */
  readonly messages: number;
}

export const LIVE_SETTINGS: LiveSettings = {
  perCaller: 20,
  perProcess: 2_000,
  unnamed: 100,
  gapMs: 200,
  recheckMs: 55_000,
  retryMs: 5_000,
  initMs: 5_000,
  pingMs: 12_000,
  writeMs: 20_000,
  messages: 200,
};

/** Looks at the database that run at once, so that queries find a connection beside them. */
export const LOOKS_AT_ONCE = 4;
