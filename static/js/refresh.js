// Asks how far a piece of work is, every two seconds, and loads the page again when that changes.
// Without this script the page reloads itself (a meta tag in noscript).

const EVERY = 2_000;

export function start({ dataset: { statusUrl, status } }) {
  async function ask() {
    try {
      const response = await fetch(statusUrl, {
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      const isSignedOut = response.type === "opaqueredirect";
      if (isSignedOut || (response.ok && (await response.json()).status !== status)) {
        location.reload();
        return;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no network: ask again
    }
    setTimeout(ask, EVERY);
  }

  setTimeout(ask, EVERY);
}
