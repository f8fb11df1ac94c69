// The reviewer's token: for this tab, or for this browser until it is taken out again. Nowhere else.

const KEY = 'placetime.token';

/** A browser may forbid storage; then the token lives as long as the page. */
let held: string | null = null;

export function token(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? held;
  } catch {
    return held;
  }
}

/** `lasting`: in this browser until it is forgotten; else until the tab closes. null forgets it. */
export function keepToken(value: string | null, lasting: boolean): void {
  held = value;
  try {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
    if (value !== null) (lasting ? localStorage : sessionStorage).setItem(KEY, value);
  } catch {
    // As above.
  }
}
