// Progressive enhancement only: every page does its work without this script.
import htmx from "htmx.org";

const root = document.documentElement;
root.classList.add("dc-js");

// The content security policy allows neither inline styles nor evaluated code, and pages hold personal data, so no page is
// kept in the browser's storage. A refused form (422) is shown like any answer.
Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const isTyping = (el) => el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName));

// --- Forms -----------------------------------------------------------------------------------------------------------

// A condition left empty is no condition, so it stays out of the address.
function leaveOutEmpty(form) {
  if (form.method !== "get") return;
  for (const field of all("input[name], select[name]", form)) {
    if (field.value === "" && !field.disabled) {
      field.disabled = true;
      setTimeout(() => { field.disabled = false; });
    }
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  leaveOutEmpty(form);
  if (form.method === "post") {
    // Pressed twice is still sent once; the button comes back when the page is shown again.
    setTimeout(() => all("button[type=submit], button:not([type])", form).forEach((b) => { b.disabled = true; }));
  }
});

addEventListener("pageshow", (event) => {
  if (event.persisted) all("form[method=post] button:disabled").forEach((b) => { b.disabled = false; });
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  const parameters = event.detail.formData;
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name).filter((value) => value !== "");
    parameters.delete(name);
    values.forEach((value) => parameters.append(name, value));
  }
});

// data-dc-autosubmit: the form is sent as soon as a field of it changes. A form that htmx sends says so itself.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-dc-autosubmit]");
  if (form && !form.hasAttribute("hx-get") && event.target.checkValidity()) form.requestSubmit();
});

// data-dc-draft: what is typed is kept for this tab until it is sent, so that a lost connection or a reload loses nothing.
// A certificate's number may hold a national identity number and is not kept. Signing out forgets everything.
const draftOf = (form) => { const at = new URL(form.action); return "dc-draft:" + at.pathname + at.search; };
const isKept = (field) => field.name && !field.disabled && !["hidden", "password", "submit", "button"].includes(field.type) && field.name !== "certificate_no";

function keepDraft(form) {
  const values = all("input, select, textarea", form).filter(isKept)
    .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
  sessionStorage.setItem(draftOf(form), JSON.stringify(values));
}

function restoreDraft(form) {
  const values = JSON.parse(sessionStorage.getItem(draftOf(form)) ?? "[]");
  for (const [name, value] of values) {
    for (const field of all(`[name="${CSS.escape(name)}"]`, form).filter(isKept)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
      else if (field.tagName !== "SELECT" || Array.from(field.options).some((o) => o.value === value)) field.value = value;
      const more = field.closest("details");
      if (more && value) more.open = true;
    }
  }
}

for (const form of all("form[data-dc-draft]")) {
  restoreDraft(form);
  form.addEventListener("input", () => keepDraft(form));
}

// A form that was taken says so on the next page; only then is its draft dropped.
const sentKey = "dc-draft-sent";
if (document.querySelector(".dc-flash--ok")) {
  const sent = sessionStorage.getItem(sentKey);
  if (sent) sessionStorage.removeItem(sent);
}
sessionStorage.removeItem(sentKey);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-dc-draft]")) {
    if (!navigator.onLine) {
      event.preventDefault();
      say("offline");
      return;
    }
    keepDraft(form);
    sessionStorage.setItem(sentKey, draftOf(form));
  } else if (new URL(form.action).pathname === "/logout") {
    sessionStorage.clear();
  }
}, true);

// --- Menus and definitions ---------------------------------------------------------------------------------------------

function closeMenus(except) {
  for (const menu of all("details.dc-menu[open], details.dc-def[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target));

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (menu.matches?.("details.dc-day-pick[open]")) menu.querySelector("input[type=date]")?.focus();
}, true);

// --- Keyboard ----------------------------------------------------------------------------------------------------------

// j and k move through the rows of a list, Enter opens the row (it is a link), / goes to the search, Escape closes menus.
function moveRow(step) {
  const rows = all(".dc-main .dc-row-link");
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
  rows[next].closest(".dc-row")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.activeElement?.closest("details.dc-menu[open], details.dc-def[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const keyed = document.querySelector(`[data-dc-key="${CSS.escape(event.key)}"]`);
  if (keyed) {
    event.preventDefault();
    if (keyed.matches("textarea, input")) keyed.focus();
    else keyed.click();
  } else if (event.key === "j") moveRow(1);
  else if (event.key === "k") moveRow(-1);
  else if (event.key === "/") {
    const field = document.querySelector(".dc-main input[type=search]") ?? document.querySelector(".dc-head input[type=search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  }
});

// --- Theme -------------------------------------------------------------------------------------------------------------

// A chosen theme lives in the cookie dc_theme; the server writes it into <html data-bs-theme>. Without one the system decides.
function showTheme(theme) {
  if (theme === "light" || theme === "dark") root.dataset.bsTheme = theme;
  else delete root.dataset.bsTheme;
  for (const button of all("button[data-dc-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.dcTheme === (root.dataset.bsTheme ?? "auto")));
  }
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest?.("button[data-dc-theme]")?.dataset.dcTheme;
  if (!theme) return;
  const age = theme === "auto" ? 0 : 31536000;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `dc_theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  showTheme(theme);
});

showTheme(document.cookie.match(/(?:^|; )dc_theme=(light|dark)(?:;|$)/)?.[1] ?? root.dataset.bsTheme);

// --- When a partial update fails -----------------------------------------------------------------------------------------

// The words come from the page (data-error, data-offline), in the reader's language. A session that ended goes to sign-in.
function say(key) {
  const toast = document.getElementById("dc-toast");
  if (!toast) return;
  toast.textContent = toast.dataset[key] ?? "";
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.hidden = true; }, 8000);
}

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) location.reload();
  else say("error");
});
document.addEventListener("htmx:sendError", () => say("offline"));
