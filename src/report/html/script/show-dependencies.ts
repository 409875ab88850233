/** Browser code: the list of dependencies with filters, groups and, unfolded, the evidence. */
export const showDependencies = String.raw`
var pageSize = 200;
/** Rows of one list on paper: a browser takes minutes to lay out more. */
var printedRowsMax = 1000;
var printing = false;

/** A body that holds the first page of rows and grows as the reader comes near its end; in print, all at once. */
function paged(items, rowOf, columns) {
  var body = el('tbody');
  var next = 0;
  var moreRow = el('tr', {}, el('td', { colspan: columns, 'class': 'more' }));
  function grow() {
    moreRow.remove();
    var end = Math.min(items.length, next + (printing ? printedRowsMax : pageSize));
    var fragment = document.createDocumentFragment();
    for (; next < end; next += 1) append(fragment, rowOf(items[next]));
    body.append(fragment);
    if (next >= items.length) return;
    var left = items.length - next;
    if (printing) {
      append(moreRow.firstChild, 'and ' + plural(left, 'more row') + ' that this print leaves out: filter the list to print them, or use the csv format');
      body.append(moreRow);
      return;
    }
    var button = el('button', { type: 'button', 'class': 'quiet', onclick: grow }, 'Show ' + Math.min(pageSize, left) + ' more of ' + left.toLocaleString('en') + ' left');
    moreRow.firstChild.replaceChildren(button);
    body.append(moreRow);
    watchEnd(moreRow, grow);
  }
  grow();
  return body;
}

function watchEnd(node, grow) {
  if (typeof IntersectionObserver !== 'function') return;
  var observer = new IntersectionObserver(function (entries) {
    if (!entries.some(function (one) { return one.isIntersecting; })) return;
    observer.disconnect();
    if (node.isConnected) grow();
  }, { rootMargin: '600px' });
  observer.observe(node);
}

function setFilter(name, value) {
  if (value === '') delete state.filters[name]; else state.filters[name] = value;
  showAll();
}

function facetSelect(name) {
  var facet = facets[name];
  var chosen = state.filters[name];
  var counts = countValues(passing(name), facet.of);
  if (chosen !== undefined && !counts.has(chosen)) counts.set(chosen, 0);
  if (counts.size < 2 && chosen === undefined) return null;
  var entries = ordered(counts, facet.order).slice(0, 500);
  return el('label', {}, facet.title, el('select', {
    id: 'facet-' + name, 'class': chosen === undefined ? '' : 'on',
    onchange: function (event) { setFilter(name, event.target.value); }
  }, el('option', { value: '' }, 'All'), entries.map(function (entry) {
    var label = facet.label ? facet.label(entry[0]) : entry[0];
    return el('option', { value: entry[0], selected: entry[0] === chosen }, shorten(visible(label), 60) + ' (' + entry[1] + ')');
  })));
}

function roleBoxes() {
  var counts = countValues(rows, function (row) { return [row.dependency.role]; });
  return el('fieldset', { 'class': 'roles' }, el('legend', {}, 'Roles'), data.roles.filter(function (role) { return counts.has(role); }).map(function (role) {
    return el('label', {}, el('input', {
      type: 'checkbox', id: 'role-' + role, checked: state.roles.indexOf(role) !== -1,
      onchange: function (event) {
        state.roles = data.roles.filter(function (one) { return one === role ? event.target.checked : state.roles.indexOf(one) !== -1; });
        showAll();
      }
    }), role + ' ' + counts.get(role));
  }));
}

function groupSelect() {
  return el('label', {}, 'Group by', el('select', {
    id: 'group', onchange: function (event) { state.group = event.target.value; state.closed.clear(); showAll(); }
  }, Object.keys(groupings).map(function (name) {
    return el('option', { value: name, selected: name === state.group }, groupings[name].title);
  })));
}

/** Groups in order: workflows by their risk, all else the largest first. */
function groupsOf(shown) {
  var grouping = groupings[state.group];
  var groups = new Map();
  shown.forEach(function (row) {
    grouping.of(row).forEach(function (value) {
      if (groups.has(value)) groups.get(value).push(row); else groups.set(value, [row]);
    });
  });
  var rank = new Map(data.workflows.map(function (one, index) { return [one.id, index]; }));
  return Array.from(groups).sort(function (a, b) {
    if (state.group === 'workflow') return (rank.has(a[0]) ? rank.get(a[0]) : rank.size) - (rank.has(b[0]) ? rank.get(b[0]) : rank.size);
    return b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1);
  });
}

function groupHead(value, own) {
  var isOpen = printing || !state.closed.has(value);
  var notes = [plural(own.length, 'dependency', 'dependencies')];
  var places = own.reduce(function (sum, row) { return sum + row.dependency.occurrences.length; }, 0);
  notes.push(plural(places, 'place'));
  return el('tr', { 'class': 'group' }, el('th', { colspan: 8, scope: 'rowgroup' },
    el('button', {
      type: 'button', 'aria-expanded': String(isOpen),
      onclick: function () { if (state.closed.has(value)) state.closed.delete(value); else state.closed.add(value); showAll(value); }
    }, el('span', { 'class': 'arrow', 'aria-hidden': 'true' }, '\u25b6'), ' ', el('bdi', {}, shorten(visible(value), 160))),
    el('span', { 'class': 'n' }, notes.join(', '))));
}

function lawCell(row) {
  var vendor = row.vendorLaw.join(' ') || '?';
  var provider = row.dependency.route.provider === 'self' ? 'own' : row.providerLaw.join(' ') || '?';
  return el('span', { title: 'vendor: ' + vendor + ', provider: ' + provider }, vendor === provider ? vendor : vendor + ' / ' + provider);
}

function dependencyRow(row) {
  var dependency = row.dependency;
  var route = dependency.route;
  var first = dependency.occurrences[0];
  var rest = dependency.occurrences.length - 1;
  var isOpen = printing || state.open.has(dependency.id);
  var detail = null;
  var button = el('button', { type: 'button', 'class': 'twist', 'aria-expanded': String(isOpen), 'data-id': dependency.id },
    el('span', { 'class': 'arrow', 'aria-hidden': 'true' }, '\u25b6'),
    el('span', {}, el('span', { 'class': 'model clamp' }, el('bdi', {}, shorten(visible(row.name), 300))),
      el('span', { 'class': 'badges' },
        row.counted ? null : badge(dependency.role),
        dependency.lifecycle === 'active' || dependency.lifecycle === 'unknown' ? null : badge(dependency.lifecycle, lifecycleTone[dependency.lifecycle]),
        dependency.hidden ? badge('chosen by a product', 'warning') : null,
        dependency.environment === null ? null : badge(shorten(dependency.environment, 40), 'accent'))));
  var tr = el('tr', { 'class': 'row' },
    el('td', {}, button),
    el('td', {}, el('div', { 'class': 'clamp' }, state.group === 'workflow' ? dependency.task : dependency.workflow === null ? '' : shorten(visible(dependency.workflow), 120)),
      el('div', { 'class': 'sub clamp' }, state.group === 'workflow' ? (dependency.owners.length === 0 ? 'nobody owns it' : shorten(visible(dependency.owners.join(', ')), 90)) : dependency.task)),
    el('td', {}, el('div', { 'class': 'clamp' }, shorten(visible(route.provider || 'unknown'), 80)), route.region === null ? null : el('div', { 'class': 'sub clamp' }, shorten(visible(route.region), 60))),
    el('td', {}, lawCell(row)),
    el('td', {}, row.counted ? badge(data.gradeWords[row.grade], gradeTone[row.grade]) : ''),
    el('td', {}, badge(dependency.migrationEffort, effortTone[dependency.migrationEffort])),
    el('td', {}, dependency.resolution, el('div', { 'class': 'sub' }, Math.round(dependency.detection * 100) + ' % sure')),
    el('td', {}, first === undefined ? '' : el('div', { 'class': 'clamp' }, code(shorten(visible(place(first.path, first.line)), 160))), rest > 0 ? el('div', { 'class': 'sub' }, 'and ' + plural(rest, 'more place')) : null));
  function open() {
    detail = el('tr', { 'class': 'detail' }, el('td', { colspan: 8 }, evidence(row)));
    tr.after(detail);
  }
  button.addEventListener('click', function () {
    var willOpen = detail === null;
    button.setAttribute('aria-expanded', String(willOpen));
    if (willOpen) { state.open.add(dependency.id); open(); }
    else { state.open.delete(dependency.id); detail.remove(); detail = null; }
  });
  if (!isOpen) return tr;
  detail = el('tr', { 'class': 'detail' }, el('td', { colspan: 8 }, evidence(row)));
  return [tr, detail];
}

function dependencyTable(shown) {
  var items = [];
  groupsOf(shown).forEach(function (group) {
    if (state.group !== 'none') items.push({ head: group[0], own: group[1] });
    if (printing || state.group === 'none' || !state.closed.has(group[0])) group[1].forEach(function (row) { items.push({ row: row }); });
  });
  var titles = [['c-model', 'Model'], ['c-use', state.group === 'workflow' ? 'Task and owner' : 'Workflow and task'], ['c-route', 'Provider'],
    ['c-law', 'Law'], ['c-grade', 'Fallback'], ['c-effort', 'Effort'], ['c-sure', 'Resolution'], ['c-place', 'First place']];
  return el('div', { 'class': 'scroll' }, el('table', { 'class': 'fixed', id: 'dependency-table' },
    el('caption', { 'class': 'unseen' }, 'Dependencies on hosted models; each row unfolds to its evidence'),
    el('thead', {}, el('tr', {}, titles.map(function (title) { return el('th', { scope: 'col', 'class': title[0] }, title[1]); }))),
    paged(items, function (item) { return item.row ? dependencyRow(item.row) : groupHead(item.head, item.own); }, titles.length)));
}

function showDependencies() {
  var shown = passing(null);
  var isFiltered = state.query !== '' || Object.keys(state.filters).length > 0;
  return [el('section', { 'class': 'panel' },
    el('h2', { 'class': 'unseen' }, 'Dependencies'),
    el('div', { 'class': 'filters' }, groupSelect(), Object.keys(facets).map(facetSelect)),
    el('div', { 'class': 'line' }, roleBoxes(),
      el('span', {},
        el('span', { id: 'result-count', role: 'status' }, plural(shown.length, 'dependency', 'dependencies') + ' shown'),
        isFiltered ? [' ', el('button', { type: 'button', 'class': 'quiet', id: 'clear', onclick: function () { goTo({ tab: 'dependencies' }); } }, 'Clear filters')] : null)),
    shown.length === 0 ? el('p', { 'class': 'empty' }, rows.length === 0 ? 'No dependency on a hosted model was found.' : 'Nothing matches these filters.') : dependencyTable(shown))];
}
`
