/* 页面没有它也能用：这里只有快捷键、成批选择、填表时的小帮手、复制转发。 */
(function () {
  "use strict";
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  /* 快捷键：/ 找，J K 上下，X 选，Enter 打开 */
  const typing = (node) => node.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  function rows() { return Array.from(document.querySelectorAll("[data-row]")); }
  function move(step) {
    const all = rows();
    const at = all.findIndex((row) => row.classList.contains("is-cur"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    if (!next) return;
    all.forEach((row) => row.classList.remove("is-cur"));
    next.classList.add("is-cur");
    next.scrollIntoView({ block: "nearest" });
    const link = next.querySelector("a");
    if (link) link.focus({ preventScroll: true });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return closeMenus(null);
    if (typing(event.target)) return;
    const search = document.querySelector('[data-hotkey="/"]');
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
    const current = document.querySelector("[data-row].is-cur");
    if (event.key === "x" && current) { const box = current.querySelector("[data-pick]"); if (box) box.click(); }
  });

  /* 菜单：点外面、按 Esc 就收起 */
  function closeMenus(except) { each(document, "details[data-menu][open]", (menu) => { if (!menu.contains(except)) menu.open = false; }); }
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const print = event.target.closest("[data-print]");
    if (print) window.print();
  });

  /* 成批：选了几条，按钮上就写几条 */
  function countPicked(list) {
    const boxes = Array.from(list.querySelectorAll("[data-pick]"));
    const picked = boxes.filter((box) => box.checked).length;
    const all = list.querySelector("[data-pick-all]");
    if (all) { all.checked = picked > 0 && picked === boxes.length; all.indeterminate = picked > 0 && picked < boxes.length; }
    each(list, "[data-picked]", (node) => { node.textContent = picked ? node.dataset.picked.replace("{n}", picked) : "还没有选"; });
    each(list, "[data-bulk]", (button) => { button.dataset.idle = button.dataset.idle || button.textContent; button.disabled = picked === 0; button.textContent = picked ? button.dataset.bulk.replace("{n}", picked) : button.dataset.idle; });
    boxes.forEach((box) => { const row = box.closest("[data-row]"); if (row) row.classList.toggle("is-on", box.checked); });
  }
  const listOf = (node) => node.closest("[data-list], form, section, body");
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-submits]") && box.form) box.form.requestSubmit();
    if (box.matches("[data-pick-all]")) each(listOf(box), "[data-pick]", (one) => { one.checked = box.checked; });
    if (box.matches("[data-pick], [data-pick-all]")) countPicked(listOf(box));
  });

  /* 填表：全角转半角、分组、金额大写 */
  const narrow = (text) => text.replace(/[\uFF01-\uFF5E]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xFEE0)).replace(/\u3000/g, " ");
  function group(text, sizes) {
    const plain = narrow(text).replace(/[\s-]/g, "").toUpperCase();
    const out = [];
    let at = 0;
    sizes.forEach((size) => { if (at < plain.length) { out.push(plain.slice(at, at + size)); at += size; } });
    if (at < plain.length) out.push(plain.slice(at));
    return out.join(" ");
  }
  const DIGITS = "零壹贰叁肆伍陆柒捌玖", PLACES = ["", "拾", "佰", "仟"], GROUPS = ["", "万", "亿", "兆"];
  function section(number) {
    let text = "", zero = false;
    for (let place = 3; place >= 0; place--) {
      const digit = Math.floor(number / Math.pow(10, place)) % 10;
      if (digit) { text += (zero ? "零" : "") + DIGITS[digit] + PLACES[place]; zero = false; } else if (text) { zero = true; }
    }
    return text;
  }
  function inWords(text) {
    const found = /^(\d{1,14})(?:\.(\d{1,2}))?$/.exec(text);
    if (!found) return "";
    let whole = "", zero = false;
    const parts = found[1].padStart(16, "0").match(/\d{4}/g);
    parts.forEach((part, index) => {
      const number = parseInt(part, 10);
      if (!number) { zero = zero || whole !== ""; return; }
      if (whole && (zero || number < 1000)) whole += "零";
      whole += section(number) + GROUPS[3 - index];
      zero = false;
    });
    const cents = (found[2] || "").padEnd(2, "0");
    const jiao = +cents[0], fen = +cents[1];
    if (!whole && !jiao && !fen) return "零元整";
    const head = whole ? whole + "元" : "";
    if (!jiao && !fen) return head + "整";
    return head + (jiao ? DIGITS[jiao] + "角" : (whole ? "零" : "")) + (fen ? DIGITS[fen] + "分" : "整");
  }
  function echo(input) {
    const line = input.closest(".field") && input.closest(".field").querySelector("output.echo");
    if (line) line.textContent = inWords(narrow(input.value).replace(/[,\s]/g, "").replace(/元$/, ""));
  }
  document.addEventListener("input", (event) => { if (event.target.matches("[data-echo]")) echo(event.target); });
  document.addEventListener("focusout", (event) => {
    const input = event.target;
    if (input.matches && input.matches("[data-group]") && input.value) input.value = group(input.value, input.dataset.group.split(" ").map(Number));
  });

  /* 日期：能写，也能点选 */
  function addPicker(input) {
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "datepick";
    picker.setAttribute("aria-label", document.body.dataset.pick);
    picker.addEventListener("change", () => {
      const [year, month, day] = picker.value.split("-").map(Number);
      if (year) { input.value = year + "年" + month + "月" + day + "日"; input.dispatchEvent(new Event("change", { bubbles: true })); }
    });
    input.parentElement.classList.add("has-pick");
    input.after(picker);
  }

  /* 转发：微信里没有系统分享，就复制 */
  function copied(panel, done) {
    panel.querySelector("[data-share-said]").textContent = done ? panel.dataset.done : panel.dataset.failed;
  }
  function copyByHand(field) {
    field.focus();
    field.select();
    field.setSelectionRange(0, field.value.length);
    try { return document.execCommand("copy"); } catch (error) { return false; }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-share-copy]");
    if (!button) return;
    const panel = button.closest("[data-share]"), field = panel.querySelector("[data-share-text]");
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(field.value).then(() => copied(panel, true), () => copied(panel, copyByHand(field)));
    } else {
      copied(panel, copyByHand(field));
    }
  });

  /* 断网：不打断，只说一声 */
  function network() {
    let line = document.getElementById("offline");
    if (navigator.onLine) { if (line) line.remove(); return; }
    if (line) return;
    line = document.createElement("div");
    line.id = "offline";
    line.className = "say say--notice offline";
    line.setAttribute("role", "status");
    line.textContent = document.body.dataset.offline;
    document.body.append(line);
  }
  window.addEventListener("online", network);
  window.addEventListener("offline", network);

  /* 大屏：五分钟重读一次 */
  if (document.documentElement.classList.contains("wall")) setTimeout(() => location.reload(), 300000);

  function prepare(root) {
    each(root, "[data-echo]", echo);
    each(root, "[data-date]", (input) => { if (!input.parentElement.classList.contains("has-pick")) addPicker(input); });
    each(root, "[data-bulkbar]", (bar) => countPicked(listOf(bar)));
    each(root, "[data-focus]", (node) => node.focus());
  }
  document.addEventListener("DOMContentLoaded", () => { prepare(document); network(); });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
})();
