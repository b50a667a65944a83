// Runs before the page is drawn: the style sheets show what works without JavaScript until then.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
