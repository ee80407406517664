// Every page works without this. Elements marked data-fragment (with an id) answer their own links
// and GET forms by fetching the page and swapping themselves; focus is kept and the change said.
(() => {
  "use strict";
  const swap = async (fragment, url) => {
    const answer = await fetch(url, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) { location.assign(url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(fragment.id);
    if (!fresh) { location.assign(url); return; }
    const focused = document.activeElement && document.activeElement.id;
    fragment.replaceWith(document.adoptNode(fresh));
    history.replaceState(null, "", url);
    const again = focused && document.getElementById(focused);
    if (again) again.focus();
    fresh.setAttribute("aria-live", "polite");
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const fragment = link && link.closest("[data-fragment][id]");
    if (!fragment || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname !== location.pathname || link.target) return;
    event.preventDefault();
    swap(fragment, url.href).catch(() => location.assign(url.href));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const fragment = form.closest("[data-fragment][id]");
    if (fragment && form.method === "get") {
      const url = new URL(form.action, location.href);
      url.search = new URLSearchParams(new FormData(form)).toString();
      if (url.pathname !== location.pathname) return;
      event.preventDefault();
      swap(fragment, url.href).catch(() => location.assign(url.href));
      return;
    }
    // A second click on the same button sends nothing.
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  // A draft saves itself: <form data-autosave="/path" data-saved="…" data-unsaved="…"> with an element
  // [data-autosave-state] that says how it went. The texts are the page's, in its language.
  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const state = form.querySelector("[data-autosave-state]");
    const say = (text) => { if (state && text) state.textContent = text; };
    let timer = 0, busy = false, again = false;
    const save = async () => {
      if (busy) { again = true; return; }
      busy = true;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });
        say(answer.ok ? form.dataset.saved : form.dataset.unsaved);
      } catch { say(form.dataset.unsaved); }
      busy = false;
      if (again) { again = false; save(); }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 1500); });
    form.addEventListener("submit", () => clearTimeout(timer));
  });
  // An open menu closes by Escape and by a click beside it.
  const close = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  // Coming back to a page from the history, its forms can be sent again.
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
})();
