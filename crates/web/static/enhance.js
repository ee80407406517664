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
        const body = new URLSearchParams(new FormData(form));
        // What is sent while the page goes away must be short; anything longer needs the page to stay.
        const keepalive = body.toString().length < 60000;
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, redirect: "error", keepalive });
        const why = answer.status === 401 ? form.dataset.signedout : answer.status === 409 ? form.dataset.stale : "";
        say(answer.ok ? form.dataset.saved : why || form.dataset.unsaved);
      } catch { say(form.dataset.unsaved); }
      busy = false;
      if (again) { again = false; save(); }
    };
    let waiting = false;
    const later = () => { waiting = false; save(); };
    form.addEventListener("input", () => { clearTimeout(timer); waiting = true; timer = setTimeout(later, 1500); });
    form.addEventListener("submit", () => { clearTimeout(timer); waiting = false; });
    // Whoever goes elsewhere before the pause is over loses nothing either.
    document.addEventListener("visibilitychange", () => { if (document.hidden && waiting) { clearTimeout(timer); later(); } });
  });
  // <p data-counter="id-of-textarea" data-max="4000"><span>0</span> / 4000</p> counts while typing.
  document.querySelectorAll("[data-counter]").forEach((counter) => {
    const area = document.getElementById(counter.dataset.counter);
    if (area) area.addEventListener("input", () => {
      const count = [...area.value.trim()].length;
      counter.firstElementChild.textContent = count;
      counter.classList.toggle("over", count > Number(counter.dataset.max));
    });
  });
  // What a job prints comes as it prints it: <pre data-events="/jobs/…/events?from=…">; a change of its
  // state shows the page anew.
  document.querySelectorAll("[data-events]").forEach((pane) => {
    const source = new EventSource(pane.dataset.events);
    const atEnd = () => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;
    source.addEventListener("out", (event) => {
      const follow = atEnd();
      if (pane.dataset.empty === pane.textContent) pane.textContent = "";
      pane.append(JSON.parse(event.data));
      if (pane.childNodes.length > 5000) pane.firstChild.remove();
      if (follow) pane.scrollTop = pane.scrollHeight;
    });
    source.addEventListener("state", () => { source.close(); location.reload(); });
    addEventListener("pagehide", () => source.close());
  });
  // What is about to change by itself is looked at again: <ul data-refresh="3">, unless somebody types.
  document.querySelectorAll("[data-refresh]").forEach((part) => setTimeout(() => {
    const typing = document.activeElement && document.activeElement.closest("form");
    if (!typing) location.reload();
  }, Number(part.dataset.refresh) * 1000));
  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });
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
