/** Browser code: makes nodes. Text only ever enters as text nodes, never as markup. */
export const buildNodes = String.raw`
var unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function visible(text) {
  return String(text).replace(/[\t\n\r]+/g, ' ').replace(unseen, function (character) {
    return '<U+' + ('000' + character.charCodeAt(0).toString(16).toUpperCase()).slice(-4) + '>';
  });
}

function shorten(text, max) {
  return text.length > max ? text.slice(0, max - 1) + '\u2026' : text;
}

function append(node, child) {
  if (child === null || child === undefined || child === false) return;
  if (Array.isArray(child)) child.forEach(function (one) { append(node, one); });
  else node.append(child instanceof Node ? child : visible(child));
}

function fill(node, attributes, children) {
  Object.keys(attributes || {}).forEach(function (name) {
    var value = attributes[name];
    if (value === null || value === undefined || value === false) return;
    if (name === 'onclick' || name === 'onchange' || name === 'oninput') node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  });
  children.forEach(function (child) { append(node, child); });
  return node;
}

function el(tag, attributes) {
  return fill(document.createElement(tag), attributes, Array.prototype.slice.call(arguments, 2));
}

function svg(tag, attributes) {
  var node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  return fill(node, attributes, Array.prototype.slice.call(arguments, 2));
}

function badge(text, tone) {
  return el('span', { 'class': 'badge' + (tone ? ' ' + tone : '') }, text);
}

/** A name or a path; it may break after a slash. */
function code(text) {
  var bdi = el('bdi');
  visible(text).split('/').forEach(function (piece, index) {
    if (index > 0) bdi.append('/', document.createElement('wbr'));
    bdi.append(piece);
  });
  return el('code', {}, bdi);
}

function plural(number, one, many) {
  return number.toLocaleString('en') + ' ' + (number === 1 ? one : many || one + 's');
}

function unique(items) {
  return Array.from(new Set(items));
}

function link(text, onclick) {
  return el('button', { type: 'button', 'class': 'link', onclick: onclick }, text);
}

function place(path, line) {
  return path === null ? '' : line === null ? path : path + ':' + line;
}
`
