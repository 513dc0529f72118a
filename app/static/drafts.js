/* Saved as you go, on a bad line too. A form marked data-draft="<address>" is posted there while it is filled in; until
   the server has it, the browser keeps a copy and gives it back after a reload. Any other form marked data-careful first
   asks whether the line stands, so that no error page of the browser swallows what was typed; data-careful="keep" is for
   long texts, of which the browser keeps a copy as well. Without script, plain forms. */
(function () {
  "use strict";
  const LOST = "没交上，网断了。您填的都在";
  const LIVES = 2 * 86400 * 1000, WAIT = 1500, PATIENCE = 8000;
  const underWay = new WeakMap();   /* form → the draft that is on its way */
  const NOT_KEPT = ["csrf_token", "_key", "version"];
  const forms = () => Array.from(document.querySelectorAll("form[data-draft], form[data-careful]"));
  const named = (form) => "draft:" + (form.dataset.draft || location.pathname);

  function newKey() {
    const bytes = new Uint8Array(18);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }
  function filled(form) {
    const found = [];
    new FormData(form).forEach((value, name) => {
      if (typeof value === "string" && NOT_KEPT.indexOf(name) < 0) found.push([name, value]);
    });
    return found;
  }
  function say(form, text, tone) {
    let place = form.querySelector("[data-said]");
    if (!place) {
      place = document.createElement("p");
      place.dataset.said = "";
      place.setAttribute("role", "status");
      form.append(place);
    }
    place.className = "small " + (tone === "stop" ? "down" : "muted");
    place.textContent = text;
  }

  function seen(form) {
    const version = form.querySelector("[name=version]");
    return version ? version.value : "";
  }
  /* The browser's own copy: only here, only until the server has it, and gone after two days or when signing out. One
     that was posted for good from a version is out of date as soon as a page shows another: the button may have moved
     a card, and the copy would move it back. */
  function keep(form, posted) {
    const copy = { at: Date.now(), filled: filled(form), posted: posted ? seen(form) : "" };
    try { localStorage.setItem(named(form), JSON.stringify(copy)); } catch (full) { /* then not */ }
  }
  function drop(form) {
    try { localStorage.removeItem(named(form)); } catch (none) { /* nothing kept */ }
  }
  function kept(form) {   /* what was filled in, if it may still be wanted */
    try {
      const found = JSON.parse(localStorage.getItem(named(form)) || "null");
      const old = found && (Date.now() - found.at >= LIVES || (found.posted && found.posted !== seen(form)));
      return found && !old ? found.filled : null;
    } catch (broken) { return null; }
  }
  function giveBack(form) {
    const found = kept(form);
    if (!found || JSON.stringify(found) === JSON.stringify(filled(form))) { drop(form); return; }
    const order = found.filter((pair) => pair[0] === "order").map((pair) => pair[1]);
    if (order.length && !lay(form, order)) { drop(form); return; }
    Array.from(form.elements).forEach((field) => {
      const values = found.filter((pair) => pair[0] === field.name).map((pair) => pair[1]);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.indexOf(field.value) >= 0;
      else if (field.type !== "hidden" && field.type !== "file" && values.length) field.value = values[0];
    });
    say(form, "上次没交上的，给您填回来了");
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
  /* Cards lie as they lay; a card that came or went in between means that the copy is out of date. */
  function lay(form, order) {
    const cards = Array.from(form.querySelectorAll(".choice"));
    const by = new Map(cards.map((card) => [card.querySelector("[name=order]").value, card]));
    if (order.length !== cards.length || order.some((id) => !by.has(id))) return false;
    const list = cards.length ? cards[0].parentNode : null;
    order.forEach((id) => list.append(by.get(id)));
    if (list) list.dispatchEvent(new CustomEvent("laid", { bubbles: true }));
    return true;
  }

  /* One draft is under way at a time; a lost one is sent again with the same key, so it is never done twice. */
  function autosave(form) {
    let timer = null, busy = false, again = false, pending = null;
    function later(wait) { clearTimeout(timer); timer = setTimeout(send, wait); }
    function send() {
      if (form.dataset.asking) return;   /* what is about to be posted for good carries all of it */
      if (busy) { again = true; return; }
      const body = new FormData(form);
      const text = JSON.stringify(filled(form));
      if (!pending || pending.text !== text) pending = { text: text, key: newKey() };
      body.set("_key", pending.key);
      busy = true;
      const stop = new AbortController(), clock = setTimeout(() => stop.abort(), PATIENCE);
      const sent = fetch(form.dataset.draft, { method: "POST", body: body, credentials: "same-origin", signal: stop.signal })
        .then((answer) => (answer.ok || answer.status === 422 ? answer.json().then((said) => heard(answer, said)) : refused(answer)))
        .catch(() => { say(form, LOST, "stop"); later(10000); })
        .finally(() => { clearTimeout(clock); busy = false; if (again) { again = false; later(0); } });
      underWay.set(form, sent);
    }
    function heard(answer, said) {
      const wanted = pending.text === JSON.stringify(filled(form));
      pending = null;
      const version = form.querySelector("[name=version]");
      if (version && said.version) version.value = said.version;
      if (!answer.ok) { say(form, said.refused.join("；"), "stop"); return; }
      if (wanted) { drop(form); form.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true })); }
      say(form, "已自动保存" + said.at);
    }
    function refused(answer) {
      pending = null;
      say(form, answer.status === 409 ? "别处改过了。刷新这一页，看现在的内容" : "现在不能自动保存。请点按钮保存", "stop");
    }
    form.addEventListener("input", () => { keep(form); later(WAIT); });
    form.addEventListener("change", () => { keep(form); later(300); });
    form.addEventListener("laid", () => { keep(form); later(300); });
    window.addEventListener("online", () => { if (kept(form)) later(0); });
    form.addEventListener("submit", () => clearTimeout(timer));
  }

  /* Before a form is posted for good: does anybody answer? If not, the page stays, with everything in it. */
  function careful(event) {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || !(form.dataset.draft || "careful" in form.dataset) || form.dataset.asked) {
      delete form.dataset.asked;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    if (form.dataset.draft || form.dataset.careful === "keep") keep(form);
    if (form.dataset.asking) return;
    form.dataset.asking = "yes";
    const stop = new AbortController(), clock = setTimeout(() => stop.abort(), PATIENCE);
    fetch("/healthz", { cache: "no-store", signal: stop.signal })
      .then(() => underWay.get(form))   /* or the page's own draft would make the page look out of date */
      .then(() => { form.dataset.asked = "yes"; if (form.dataset.draft) keep(form, true); else drop(form); form.requestSubmit(button || undefined); })
      .catch(() => say(form, LOST + "。连上网再点一次", "stop"))
      .finally(() => { clearTimeout(clock); delete form.dataset.asking; });
  }
  document.addEventListener("submit", careful, true);
  document.addEventListener("DOMContentLoaded", () => forms().forEach((form) => {
    if (form.dataset.draft) autosave(form);
    else if (form.dataset.careful === "keep") form.addEventListener("input", () => keep(form));
    else return;
    giveBack(form);
  }));
})();
