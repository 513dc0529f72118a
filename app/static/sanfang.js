/* What a script adds to pages that already work without one. Nothing here is needed to get anything done. */
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* One tap, one post: a second tap while the first is under way is swallowed. The button is only disabled after the
     browser has read its name and value, and wakes again when the person comes back to the page. */
  function tapOnce(event) {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) setTimeout(() => { button.setAttribute("aria-busy", "true"); button.disabled = true; }, 0);
    setTimeout(() => wake(form), 15000);
  }
  function wake(form) {
    delete form.dataset.sent;
    all("[aria-busy=true]").forEach((b) => {
      if (b.form === form) { b.removeAttribute("aria-busy"); b.disabled = false; }
    });
  }

  /* A button with data-confirm asks first, in the words the page gives; the answer button repeats the verb. */
  let asked = null;
  function confirmFirst(event) {
    const button = event.submitter;
    if (!button || !button.dataset.confirm || asked === button || !window.HTMLDialogElement) { asked = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = document.createElement("dialog");
    const text = document.createElement("p");
    const row = document.createElement("div");
    const yes = document.createElement("button");
    const no = document.createElement("button");
    dialog.className = "ask";
    text.textContent = button.dataset.confirm;
    text.id = "ask-text";
    dialog.setAttribute("aria-labelledby", text.id);
    yes.className = button.classList.contains("btn-drop") ? "btn btn-drop" : "btn btn-primary";
    yes.textContent = button.textContent.trim();
    no.className = "btn btn-plain";
    no.textContent = "先不";
    no.autofocus = true;
    yes.type = no.type = "button";
    yes.addEventListener("click", () => { dialog.close(); asked = button; button.form.requestSubmit(button); });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    row.append(yes, no);
    dialog.append(text, row);
    document.body.append(dialog);
    dialog.showModal();
  }
  document.addEventListener("submit", confirmFirst, true);
  document.addEventListener("submit", tapOnce);
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(wake));

  /* Clocks run on the server's time: data-now is what it was when the page was made, whatever the phone believes. */
  function left(seconds) {
    const days = Math.floor(seconds / 86400), hours = Math.floor(seconds % 86400 / 3600), minutes = Math.floor(seconds % 3600 / 60);
    if (seconds <= 0) return "已截止";
    if (days) return days + "天" + (hours ? hours + "小时" : "");
    if (hours) return hours + "小时" + minutes + "分";
    return Math.max(1, minutes) + "分钟";
  }
  function startClock(clock) {
    const skew = clock.dataset.now ? Date.parse(clock.dataset.now) - Date.now() : 0;
    const until = Date.parse(clock.dataset.until);
    if (isNaN(until) || isNaN(skew)) return;
    const show = () => { clock.textContent = left((until - Date.now() - skew) / 1000); };
    show();
    setInterval(show, 20000);
  }

  /* Choices may also be dragged by their handle; the buttons up and down stay. The order field of each card travels
     with it, so the next post carries the order as it lies. */
  function sortable(list) {
    if (!window.Sortable) return;
    all("[data-grip]", list).forEach((grip) => { grip.hidden = false; });
    window.Sortable.create(list, {
      draggable: ".choice", handle: "[data-grip]", animation: 120, ghostClass: "moving",
      onEnd: () => { renumber(list); changed(list.closest("form")); list.dispatchEvent(new CustomEvent("laid", { bubbles: true })); },
    });
  }
  function renumber(list) {
    const cards = all(".choice", list);
    cards.forEach((card, i) => {
      const name = "第" + (i + 1) + "志愿";
      card.setAttribute("aria-label", name);
      card.querySelector(".seal").textContent = i + 1;
      all("footer button", card).forEach((b) => b.setAttribute("aria-label", name + b.textContent.trim()));
      all("[name=move]", card).forEach((b) => {
        b.disabled = b.value.startsWith("up:") ? i === 0 : i === cards.length - 1;
      });
    });
  }

  /* A form marked data-dirty warns before what was typed is lost, and says beside the button that it is not saved yet. */
  const unsaved = new Set();
  function changed(form) {
    if (!form || !form.hasAttribute("data-dirty")) return;
    unsaved.add(form);
    all("[data-saved]").forEach((place) => { place.textContent = "改过了，还没保存"; });
  }
  document.addEventListener("input", (event) => changed(event.target.form));
  /* What drafts.js tells: cards were laid anew; the server has it all; who signs out leaves nothing in this browser. */
  document.addEventListener("laid", (event) => renumber(event.target));
  document.addEventListener("draft-saved", (event) => { unsaved.delete(event.target); all("[data-saved]").forEach((place) => { place.textContent = "顺序已保存"; }); });
  document.addEventListener("submit", (event) => { if ((event.target.getAttribute("action") || "").endsWith("/log-out")) forget(); });
  function forget() {
    try { Object.keys(localStorage).filter((name) => name.startsWith("draft:")).forEach((name) => localStorage.removeItem(name)); } catch (none) { /* nothing kept */ }
  }
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) unsaved.delete(event.target); });
  window.addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });

  function countTicks(place) {
    place.classList.add("counted");
    const show = () => { place.textContent = all(".tick input[type=checkbox]:checked").length; };
    show();
    document.addEventListener("change", show);
  }
  function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => navigator.clipboard.writeText(source.value).then(() => { button.textContent = "已复制"; }));
  }
  function start(root) {
    all("[data-until]", root).forEach(startClock);
    all("[data-sort]", root).forEach(sortable);
    all("[data-ticked]", root).forEach(countTicks);
    all("[data-copy]", root).forEach(copy);
    all("[data-print]", root).forEach((b) => { b.hidden = false; b.addEventListener("click", () => window.print()); });
    all(".faults", root).forEach((summary) => summary.focus());
  }
  document.addEventListener("DOMContentLoaded", () => start(document));   /* by then the libraries a page asked for are there */
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
})();
