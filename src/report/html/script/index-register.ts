/** Browser code: the register made ready for searching, filtering and grouping. */
export const indexRegister = String.raw`
var data = JSON.parse(document.getElementById('data').textContent);
var register = data.register;
var severityTone = { high: 'bad', medium: 'warning', low: '' };
var gradeTone = {
  none: 'bad', unknown: 'bad', 'same-model-other-route': 'bad', 'same-vendor': 'warning',
  'same-jurisdiction': 'warning', independent: 'good', 'self-hosted': 'good'
};
var effortTone = { low: 'good', medium: 'warning', high: 'bad' };
var lifecycleTone = { active: 'good', deprecated: 'warning', retired: 'bad', suspended: 'bad', unknown: '' };
var unknown = '(unknown)';

function lawOf(kind, id) {
  var key = kind + ':' + id;
  return id !== null && Object.prototype.hasOwnProperty.call(data.jurisdictions, key) ? data.jurisdictions[key] : [];
}

function groupBy(items, keyOf) {
  var groups = new Map();
  items.forEach(function (item) {
    var key = keyOf(item);
    if (key === null) return;
    if (groups.has(key)) groups.get(key).push(item); else groups.set(key, [item]);
  });
  return groups;
}

var gapsOfDependency = groupBy(data.gaps, function (gap) { return gap.dependency; });
var questionById = new Map(register.questions.map(function (one) { return [one.id, one]; }));

var rows = register.dependencies.map(function (dependency, index) {
  var route = dependency.route;
  var words = [dependency.id, dependency.model, dependency.modelAsWritten, dependency.vendor, route.provider,
    route.region, route.id, dependency.workflow, dependency.task, dependency.environment]
    .concat(dependency.owners, dependency.features, dependency.overridableBy);
  dependency.occurrences.forEach(function (one) {
    words.push(one.repository, one.path + ':' + one.line, one.symbol, one.snippet);
    one.via.forEach(function (hop) { words.push(hop.path, hop.name); });
  });
  return {
    index: index,
    dependency: dependency,
    name: dependency.model || dependency.modelAsWritten,
    grade: data.grades[index],
    counted: dependency.role === 'use' || dependency.role === 'declare',
    vendorLaw: lawOf('vendor', dependency.vendor),
    providerLaw: lawOf('provider', route.provider),
    gaps: gapsOfDependency.get(dependency.id) || [],
    repositories: unique(dependency.occurrences.map(function (one) { return one.repository; })),
    text: words.filter(Boolean).join('\n').toLowerCase()
  };
});
var rowById = new Map(rows.map(function (row) { return [row.dependency.id, row]; }));

function orUnknown(values) {
  return values.length === 0 ? [unknown] : values;
}

/** What a reader can filter by: each gives all values that a row has. */
var facets = {
  workflow: { title: 'Workflow', of: function (row) { return orUnknown(row.dependency.workflow === null ? [] : [row.dependency.workflow]); } },
  vendor: { title: 'Vendor', of: function (row) { return orUnknown(row.dependency.vendor === null ? [] : [row.dependency.vendor]); } },
  provider: { title: 'Provider', of: function (row) { return orUnknown(row.dependency.route.provider === null ? [] : [row.dependency.route.provider]); } },
  law: { title: 'Jurisdiction', of: function (row) { return orUnknown(unique(row.vendorLaw.concat(row.providerLaw))); } },
  grade: { title: 'Fallback', of: function (row) { return [row.counted ? row.grade : '(does not apply)']; }, label: function (value) { return data.gradeWords[value] || value; }, order: Object.keys(data.gradeWords) },
  effort: { title: 'Effort to move', of: function (row) { return [row.dependency.migrationEffort]; }, order: ['high', 'medium', 'low'] },
  task: { title: 'Task', of: function (row) { return [row.dependency.task]; } },
  lifecycle: { title: 'Lifecycle', of: function (row) { return [row.dependency.lifecycle]; } },
  resolution: { title: 'Resolution', of: function (row) { return [row.dependency.resolution]; } },
  context: { title: 'Kind of file', of: function (row) { return [row.dependency.context]; } },
  gap: { title: 'Gap', of: function (row) { return row.gaps.length === 0 ? ['(none)'] : unique(row.gaps.map(function (gap) { return gap.kind; })); }, label: function (value) { return data.gapWords[value] ? data.gapWords[value].title : value; } }
};

/** What a list can be grouped by; the law of a vendor and of a provider are two questions. */
var groupings = {
  workflow: { title: 'Workflow', of: facets.workflow.of },
  vendor: { title: 'Vendor', of: facets.vendor.of },
  provider: { title: 'Provider', of: facets.provider.of },
  'vendor-law': { title: 'Jurisdiction of the vendor', of: function (row) { return orUnknown(row.vendorLaw); } },
  'provider-law': { title: 'Jurisdiction of the provider', of: function (row) { return orUnknown(row.providerLaw); } },
  repository: { title: 'Repository', of: function (row) { return orUnknown(row.repositories); } },
  owner: { title: 'Owner', of: function (row) { return row.dependency.owners.length === 0 ? ['(nobody)'] : row.dependency.owners; } },
  none: { title: 'Nothing', of: function () { return ['all']; } }
};

var tabs = ['overview', 'dependencies', 'gaps', 'questions', 'keys', 'files'];

var state = { tab: 'overview', query: '', group: 'workflow', roles: data.show.slice(), filters: {}, open: new Set(), closed: new Set() };

function terms() {
  return state.query.toLowerCase().split(/\s+/).filter(Boolean);
}

function matches(text) {
  return terms().every(function (term) { return text.indexOf(term) !== -1; });
}

/** Rows that pass everything but, when given, one facet: what that facet's own choices are counted over. */
function passing(except) {
  var words = terms();
  var names = Object.keys(state.filters).filter(function (name) { return name !== except; });
  return rows.filter(function (row) {
    if (state.roles.indexOf(row.dependency.role) === -1) return false;
    if (!words.every(function (term) { return row.text.indexOf(term) !== -1; })) return false;
    return names.every(function (name) { return facets[name].of(row).indexOf(state.filters[name]) !== -1; });
  });
}

function countValues(items, of) {
  var counts = new Map();
  items.forEach(function (item) { of(item).forEach(function (value) { counts.set(value, (counts.get(value) || 0) + 1); }); });
  return counts;
}

/** Entries of a count: in the facet's own order when it has one, else the most frequent first. */
function ordered(counts, order) {
  return Array.from(counts).sort(function (a, b) {
    if (order) return order.indexOf(a[0]) - order.indexOf(b[0]);
    return b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
  });
}

/** The state stands in the address, so that a view can be bookmarked and shared with the file. */
function writeAddress() {
  var parts = new URLSearchParams();
  if (state.tab !== 'overview') parts.set('tab', state.tab);
  if (state.query !== '') parts.set('q', state.query);
  if (state.group !== 'workflow') parts.set('group', state.group);
  if (state.roles.join() !== data.show.join()) parts.set('roles', state.roles.join());
  Object.keys(state.filters).forEach(function (name) { parts.set(name, state.filters[name]); });
  var text = parts.toString();
  try { history.replaceState(null, '', text === '' ? location.pathname + location.search : '#' + text); } catch (error) { /* some viewers forbid it; the page works without */ }
}

function readAddress() {
  var parts = new URLSearchParams(location.hash.replace(/^#/, ''));
  if (tabs.indexOf(parts.get('tab')) !== -1) state.tab = parts.get('tab');
  state.query = parts.get('q') || '';
  if (Object.prototype.hasOwnProperty.call(groupings, parts.get('group') || '')) state.group = parts.get('group');
  if (parts.get('roles') !== null) state.roles = parts.get('roles').split(',').filter(function (role) { return data.roles.indexOf(role) !== -1; });
  Object.keys(facets).forEach(function (name) { if (parts.get(name) !== null) state.filters[name] = parts.get(name); });
}
`
