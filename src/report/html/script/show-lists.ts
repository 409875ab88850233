/** Browser code: gaps, questions, keys and skipped files, and the wiring of the page. */
export const showLists = String.raw`
function table(titles, items, rowOf) {
  return el('div', { 'class': 'scroll' }, el('table', { 'class': titles.length === 4 ? 'four' : null }, el('thead', {}, el('tr', {}, titles.map(function (title) { return el('th', { scope: 'col' }, title); }))), paged(items, rowOf, titles.length)));
}

function openDependency(id) {
  state.open.add(id);
  goTo({ tab: 'dependencies', query: id });
}

function gapRow(gap) {
  return el('tr', { 'class': 'row' },
    el('td', {}, el('bdi', {}, shorten(visible(gap.reason), 400)), el('div', { 'class': 'sub' }, 'To close it: ', el('bdi', {}, shorten(visible(gap.advice), 300)))),
    el('td', {}, gap.workflow === null ? '' : link(el('bdi', {}, shorten(visible(gap.workflow), 120)), function () { goTo({ tab: 'dependencies', filters: { workflow: gap.workflow } }); })),
    el('td', {}, gap.path === null ? '' : code(shorten(visible(place(gap.path, gap.line)), 200)), gap.repository !== null && register.repositories.length > 1 ? el('div', { 'class': 'sub' }, shorten(visible(gap.repository), 120)) : null),
    el('td', {}, gap.dependency !== null && rowById.has(gap.dependency) ? link('Evidence', function () { openDependency(gap.dependency); }) : ''));
}

function showGaps() {
  var shown = data.gaps.filter(function (gap) { return matches([gap.kind, gap.reason, gap.advice, gap.workflow, gap.path, gap.repository, gap.dependency].join('\n').toLowerCase()); });
  if (shown.length === 0) return [el('section', { 'class': 'panel' }, el('h2', { 'class': 'unseen' }, 'Gaps'), el('p', { 'class': 'empty' }, data.gaps.length === 0 ? 'No gap was found.' : 'No gap matches.'))];
  return Object.keys(data.gapWords).map(function (kind) {
    var own = shown.filter(function (gap) { return gap.kind === kind; });
    var words = data.gapWords[kind];
    if (own.length === 0) return null;
    return el('section', { 'class': 'panel' },
      el('div', { 'class': 'kind' }, el('h2', {}, words.title, el('span', { 'class': 'n' }, own.length.toLocaleString('en'))), badge(words.severity, severityTone[words.severity]), el('p', { 'class': 'note' }, words.meaning)),
      table(['Gap', 'Workflow', 'Where', ''], own, gapRow));
  });
}

function yamlText(text) {
  return JSON.stringify(visible(text));
}

function showQuestions() {
  var shown = register.questions.filter(function (one) { return matches([one.id, one.text, one.subject, one.answer].join('\n').toLowerCase()); });
  var open = shown.filter(function (one) { return one.answer === null; });
  var lines = ['answers:'].concat(open.slice(0, 200).map(function (one) {
    return '  # ' + shorten(visible(one.text), 160) + '\n  - question: ' + yamlText(one.id) + '\n    model: vendor/name';
  }));
  var pre = el('pre', { 'class': 'yaml', tabindex: 0, 'aria-label': 'Lines for holdfast.yaml' });
  pre.textContent = lines.join('\n');
  return [
    open.length === 0 ? null : el('section', { 'class': 'panel pad' }, el('h2', {}, 'For holdfast.yaml'),
      el('p', { 'class': 'note' }, 'What only a person can know. Write the model beside each question, and run the audit again.'), pre),
    el('section', { 'class': 'panel' }, el('div', { 'class': 'kind' }, el('h2', {}, 'Questions', el('span', { 'class': 'n' }, shown.length))),
      shown.length === 0 ? el('p', { 'class': 'empty' }, 'No question.') : table(['Question', 'About', 'Answer', ''], shown, function (one) {
        return el('tr', { 'class': 'row' },
          el('td', {}, el('bdi', {}, shorten(visible(one.text), 400)), el('div', { 'class': 'sub' }, code(one.id))),
          el('td', {}, one.kind, el('div', { 'class': 'sub' }, el('bdi', {}, shorten(visible(one.subject), 200)))),
          el('td', {}, one.answer === null ? badge('open', 'warning') : code(shorten(visible(one.answer), 200))),
          el('td', {}, one.dependencies.length === 0 ? '' : link(plural(one.dependencies.length, 'dependency', 'dependencies'), function () { openDependency(one.dependencies[0]); })));
      }))
  ];
}

function showKeys() {
  var shown = register.credentials.filter(function (one) { return matches([one.provider, one.form, one.name, one.path, one.repository].join('\n').toLowerCase()); })
    .sort(function (a, b) { return (a.form === 'present' ? 0 : 1) - (b.form === 'present' ? 0 : 1); });
  return [el('section', { 'class': 'panel' },
    el('div', { 'class': 'kind' }, el('h2', {}, 'Keys', el('span', { 'class': 'n' }, shown.length)), el('p', { 'class': 'note' }, 'Where credentials of providers are named, and where one stands in a file itself. Values are never kept.')),
    shown.length === 0 ? el('p', { 'class': 'empty' }, 'No credential.') : table(['Provider', 'Form', 'Name', 'Where'], shown, function (one) {
      return el('tr', { 'class': 'row' },
        el('td', {}, el('bdi', {}, shorten(visible(one.provider), 120))),
        el('td', {}, one.form === 'present' ? badge('written into the file', 'bad') : badge('reference')),
        el('td', {}, one.name === null ? '' : code(shorten(visible(one.name), 120))),
        el('td', {}, code(shorten(visible(place(one.path, one.line)), 240)), el('div', { 'class': 'sub' }, el('bdi', {}, shorten(visible(one.repository), 120)))));
    }))];
}

function showFiles() {
  var files = register.files;
  var shown = files.skipped.filter(function (one) { return matches((one.path + '\n' + one.reason).toLowerCase()); });
  return [
    el('section', { 'class': 'panel' }, el('div', { 'class': 'kind' }, el('h2', {}, 'Repositories', el('span', { 'class': 'n' }, register.repositories.length))),
      table(['Repository', 'Folder', 'Commit', 'Nested'], register.repositories, function (one) {
        return el('tr', { 'class': 'row' }, el('td', {}, el('bdi', {}, shorten(visible(one.id), 160))), el('td', {}, code(shorten(visible(one.root), 200))),
          el('td', {}, one.commit === null ? '' : code(one.commit.slice(0, 12)), one.modified ? el('div', {}, badge('uncommitted changes', 'warning')) : null),
          el('td', {}, one.nested.slice(0, 20).map(function (path) { return el('div', {}, code(shorten(visible(path), 160))); })));
      })),
    el('section', { 'class': 'panel' }, el('div', { 'class': 'kind' }, el('h2', {}, 'Skipped files', el('span', { 'class': 'n' }, shown.length)),
      el('p', { 'class': 'note' }, plural(files.seen, 'file') + ' seen, ' + files.read.toLocaleString('en') + ' read because a keyword stood in them.')),
      shown.length === 0 ? el('p', { 'class': 'empty' }, 'No file was skipped.') : table(['File', 'Reason'], shown, function (one) {
        return el('tr', { 'class': 'row' }, el('td', {}, code(shorten(visible(one.path), 300))), el('td', {}, el('bdi', {}, shorten(visible(one.reason), 200))));
      }))
  ];
}

var views = {
  overview: { title: 'Overview', show: showOverview, count: null },
  dependencies: { title: 'Dependencies', show: showDependencies, count: rows.filter(function (row) { return row.counted; }).length },
  gaps: { title: 'Gaps', show: showGaps, count: data.gaps.length },
  questions: { title: 'Questions', show: showQuestions, count: register.questions.length },
  keys: { title: 'Keys', show: showKeys, count: register.credentials.length },
  files: { title: 'Files', show: showFiles, count: register.files.skipped.length }
};

function makeBar() {
  var list = el('div', { 'class': 'tabs', role: 'tablist', 'aria-label': 'Parts of the report' });
  tabs.forEach(function (name) {
    list.append(el('button', {
      type: 'button', role: 'tab', id: 'tab-' + name, 'aria-controls': 'view-' + name,
      onclick: function () { state.tab = name; showAll(); }
    }, views[name].title, views[name].count === null ? null : el('span', { 'class': 'n' }, views[name].count.toLocaleString('en'))));
  });
  list.addEventListener('keydown', function (event) {
    var move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    var index = event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : move === undefined ? -1 : (tabs.indexOf(state.tab) + move + tabs.length) % tabs.length;
    if (index === -1) return;
    event.preventDefault();
    state.tab = tabs[index];
    showAll();
    document.getElementById('tab-' + state.tab).focus();
  });
  var timer = 0;
  var search = el('input', {
    type: 'search', id: 'search', placeholder: 'Search  ( / )', 'aria-label': 'Search models, files, workflows, owners', autocomplete: 'off', spellcheck: 'false',
    oninput: function (event) {
      clearTimeout(timer);
      timer = setTimeout(function () { state.query = event.target.value.trim(); if (state.tab === 'overview' && state.query !== '') state.tab = 'dependencies'; showAll(); }, 120);
    }
  });
  document.getElementById('bar').append(list, el('div', { 'class': 'search', role: 'search' }, search));
  document.addEventListener('keydown', function (event) {
    if (event.key === '/' && !/^(?:INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); search.focus(); }
  });
}

/** Draws the chosen view again; keyboard focus stays on the control that was used. */
function showAll(groupUsed) {
  var focused = document.activeElement && document.activeElement.id;
  tabs.forEach(function (name) {
    var isShown = printing || name === state.tab;
    var tab = document.getElementById('tab-' + name);
    var view = document.getElementById('view-' + name);
    tab.setAttribute('aria-selected', String(name === state.tab));
    tab.setAttribute('tabindex', name === state.tab ? '0' : '-1');
    view.hidden = !isShown;
    var nodes = isShown ? views[name].show() : [];
    view.replaceChildren();
    append(view, [isShown && name !== 'overview' ? el('h2', { 'class': 'print-title' }, views[name].title) : null, nodes]);
  });
  if (groupUsed !== undefined) {
    var heads = Array.from(document.querySelectorAll('tr.group button'));
    var same = heads.filter(function (one) { return one.lastChild.textContent === shorten(visible(groupUsed), 160); })[0];
    if (same) same.focus();
  } else if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
  if (!printing) writeAddress();
}

function print(value) {
  if (printing === value) return;
  printing = value;
  showAll();
}

function makeTheme() {
  var choices = ['auto', 'light', 'dark'];
  var root = document.documentElement;
  var button = document.getElementById('theme');
  function set(choice) {
    if (choice === 'auto') root.removeAttribute('data-theme'); else root.setAttribute('data-theme', choice);
    button.textContent = 'Theme: ' + choice;
    button.dataset.choice = choice;
    try { localStorage.setItem('holdfast-theme', choice); } catch (error) { /* no storage here: the choice holds until the page is closed */ }
  }
  var kept = null;
  try { kept = localStorage.getItem('holdfast-theme'); } catch (error) { /* as above */ }
  set(choices.indexOf(kept) === -1 ? 'auto' : kept);
  button.hidden = false;
  button.addEventListener('click', function () { set(choices[(choices.indexOf(button.dataset.choice) + 1) % choices.length]); });
}

function start() {
  var main = document.getElementById('app');
  tabs.forEach(function (name) {
    main.append(el('div', { 'class': 'view stack', role: 'tabpanel', id: 'view-' + name, 'aria-labelledby': 'tab-' + name }));
  });
  readAddress();
  makeBar();
  makeTheme();
  document.getElementById('search').value = state.query;
  window.addEventListener('hashchange', function () { state.filters = {}; readAddress(); document.getElementById('search').value = state.query; showAll(); });
  window.addEventListener('beforeprint', function () { print(true); });
  window.addEventListener('afterprint', function () { print(false); });
  window.matchMedia('print').addEventListener('change', function (event) { print(event.matches); });
  showAll();
}

start();
`
