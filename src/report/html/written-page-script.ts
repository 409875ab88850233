/**
 * The script of a written page: the theme, the arrow keys of a matrix, and folded parts that open when they are
 * named in the address or printed. It makes no markup from text.
 */
export const writtenPageScript = String.raw`(function () {
'use strict';
var root = document.documentElement;
var theme = document.getElementById('theme');
var dark = window.matchMedia('(prefers-color-scheme: dark)');
function isDark() {
  return root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches;
}
function nameTheme() {
  theme.textContent = isDark() ? 'Light' : 'Dark';
  theme.setAttribute('aria-label', 'Use the ' + (isDark() ? 'light' : 'dark') + ' theme');
}
theme.hidden = false;
nameTheme();
dark.addEventListener('change', nameTheme);
theme.addEventListener('click', function () {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  nameTheme();
});

function openAround(node) {
  for (var at = node; at; at = at.parentElement) {
    if (at.tagName === 'DETAILS') at.open = true;
  }
}
function followAddress() {
  var node = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  if (!node) return;
  openAround(node);
  node.scrollIntoView();
  if (node.matches('details')) node.querySelector('summary').focus();
  else { if (!node.hasAttribute('tabindex')) node.setAttribute('tabindex', '-1'); node.focus({ preventScroll: true }); }
}
window.addEventListener('hashchange', followAddress);
followAddress();

var folded = [];
window.addEventListener('beforeprint', function () {
  folded = Array.prototype.filter.call(document.querySelectorAll('details'), function (one) { return !one.open; });
  folded.forEach(function (one) { one.open = true; });
});
window.addEventListener('afterprint', function () {
  folded.forEach(function (one) { one.open = false; });
});

Array.prototype.forEach.call(document.querySelectorAll('table[role="grid"]'), function (table) {
  var rows = Array.prototype.map.call(table.tBodies[0].rows, function (row) {
    return Array.prototype.slice.call(row.cells, 1);
  });
  var at = { row: 0, column: 0 };
  function cell() { return rows[at.row] && rows[at.row][at.column]; }
  function goTo(row, column, isFocused) {
    var before = cell();
    if (before) before.tabIndex = -1;
    at.row = Math.max(0, Math.min(rows.length - 1, row));
    at.column = Math.max(0, Math.min((rows[at.row] || []).length - 1, column));
    var now = cell();
    if (!now) return;
    now.tabIndex = 0;
    if (isFocused) { now.focus(); now.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }
  }
  goTo(0, 0, false);
  table.addEventListener('keydown', function (event) {
    var steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    var step = steps[event.key];
    if (step) goTo(at.row + step[0], at.column + step[1], true);
    else if (event.key === 'Home') goTo(event.ctrlKey ? 0 : at.row, 0, true);
    else if (event.key === 'End') goTo(event.ctrlKey ? rows.length - 1 : at.row, Infinity, true);
    else if (event.key === 'Enter' && cell() && cell().querySelector('a')) location.hash = cell().querySelector('a').hash;
    else return;
    event.preventDefault();
  });
  table.addEventListener('mousedown', function (event) {
    var hit = event.target.closest('td');
    if (!hit) return;
    rows.forEach(function (row, index) { if (row.indexOf(hit) >= 0) goTo(index, row.indexOf(hit), false); });
  });
});
})();`
