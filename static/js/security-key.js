// Fills a form with what a security key says (WebAuthn), then sends it.

function toBytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function asKey(credential) {
  return { ...credential, id: toBytes(credential.id) };
}

// The options as the browser wants them: bytes where JSON has text.
function prepare({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) options[list] = options[list].map(asKey);
  }
  return { publicKey: options };
}

// The answer as the server wants it.
function told(credential) {
  const { response } = credential;
  const parts = {};
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  for (const name of names) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  });
}

export function start(form) {
  const options = JSON.parse(form.querySelector("#security-key-options").textContent);
  const problem = form.querySelector("[data-key-problem]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const asked = prepare(options);
      const credential = await navigator.credentials[form.dataset.securityKey](asked);
      form.elements.credential.value = told(credential);
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
