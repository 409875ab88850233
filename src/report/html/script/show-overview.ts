/** Browser code: the first view. How much, how bad, what next, and every workflow with its worst first. */
export const showOverview = String.raw`
function tile(number, text, tone, onclick) {
  return el('button', { type: 'button', 'class': number > 0 ? tone : '', onclick: onclick },
    el('strong', {}, number.toLocaleString('en')), el('span', {}, text));
}

function goTo(changes) {
  state.filters = changes.filters || {};
  state.query = changes.query || '';
  state.tab = changes.tab;
  if (changes.group) state.group = changes.group;
  if (changes.tab === 'dependencies') state.roles = data.show.slice();
  document.getElementById('search').value = state.query;
  showAll();
  window.scrollTo(0, 0);
}

function chart(title, facet, tones) {
  var counted = rows.filter(function (row) { return row.counted; });
  var entries = ordered(countValues(counted, facets[facet].of), facets[facet].order);
  var most = Math.max.apply(null, [1].concat(entries.map(function (one) { return one[1]; })));
  var shown = entries.slice(0, 7);
  return el('figure', { 'class': 'chart' },
    el('figcaption', {}, title),
    el('ul', {}, shown.map(function (entry) {
      var value = entry[0];
      var label = facets[facet].label ? facets[facet].label(value) : value;
      var tone = tones && tones[value] ? tones[value] : value === unknown ? 'quiet' : 'neutral';
      return el('li', {}, el('button', {
        type: 'button', title: label,
        'aria-label': visible(shorten(label, 80)) + ': ' + plural(entry[1], 'dependency', 'dependencies') + ' of ' + counted.length + '. Show them.',
        onclick: function () { var filters = {}; filters[facet] = value; goTo({ tab: 'dependencies', filters: filters }); }
      },
      el('span', { 'class': 'label' }, el('bdi', {}, shorten(label, 60))),
      svg('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        svg('rect', { 'class': 'track', width: 100, height: 10 }),
        svg('rect', { 'class': 'fill-' + tone, width: Math.max(1, 100 * entry[1] / most), height: 10 })),
      el('span', { 'class': 'count' }, entry[1].toLocaleString('en'))));
    })),
    entries.length > shown.length ? el('p', { 'class': 'sub' }, 'and ' + (entries.length - shown.length) + ' more') : null);
}

/** One bar for all workflows: where each would go if its model were withdrawn today. */
function wholeBar() {
  var used = data.workflows.filter(function (one) { return one.dependencies.length > 0; });
  var parts = [
    ['nothing known', ['none', 'unknown'], 'bad'], ['same vendor only', ['same-model-other-route', 'same-vendor'], 'warning'],
    ['same jurisdiction only', ['same-jurisdiction'], 'quiet'], ['another vendor and jurisdiction', ['independent'], 'neutral'],
    ['own hardware', ['self-hosted'], 'good']
  ].map(function (part) {
    return { label: part[0], tone: part[2], count: used.filter(function (one) { return part[1].indexOf(one.fallbackGrade || 'none') !== -1; }).length };
  });
  if (used.length === 0) return null;
  var x = 0;
  return el('figure', { 'class': 'panel pad whole' },
    el('figcaption', {}, 'If its model is withdrawn today, a workflow can fall back to'),
    svg('svg', { viewBox: '0 0 ' + used.length + ' 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': parts.map(function (one) { return one.label + ': ' + one.count; }).join(', ') + ' of ' + plural(used.length, 'workflow') },
      parts.map(function (one) {
        var rect = svg('rect', { 'class': 'fill-' + one.tone, x: x, width: one.count, height: 10 });
        x += one.count;
        return rect;
      })),
    el('ul', { 'class': 'legend' }, parts.map(function (one) {
      return el('li', {}, svg('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, svg('rect', { 'class': 'fill-' + one.tone, width: 10, height: 10 })), one.label, el('b', {}, one.count));
    })));
}

function stepList() {
  if (data.steps.length === 0) return el('p', { 'class': 'note' }, 'No gap is open.');
  return el('ol', { 'class': 'steps' }, data.steps.slice(0, printing ? undefined : 10).map(function (step) {
    var named = step.subjects.slice(0, 4).map(function (one) { return shorten(visible(one), 60); });
    var left = step.subjects.length - named.length;
    return el('li', {}, el('div', {}, el('div', {}, step.text), el('div', { 'class': 'who' }, named.join(', ') + (left > 0 ? ' and ' + left + ' more' : ''))));
  }));
}

function modelsCell(workflow) {
  var own = workflow.dependencies.map(function (id) { return rowById.get(id); }).filter(Boolean);
  var seen = new Map();
  own.forEach(function (row) { seen.set(row.name + '\n' + row.dependency.route.provider, row); });
  var shown = Array.from(seen.values()).slice(0, 4);
  if (shown.length === 0) return el('span', { 'class': 'sub' }, workflow.models.length === 0 ? 'none found' : workflow.models.join(', ') + ' (declared, not found)');
  return [shown.map(function (row) {
    var law = unique(row.vendorLaw.concat(row.providerLaw)).join(' ');
    return el('div', {}, el('span', { 'class': 'model' }, el('bdi', {}, shorten(row.name, 90))),
      el('span', { 'class': 'sub' }, ' over ' + shorten(row.dependency.route.provider || 'an unknown provider', 60) + (law === '' ? '' : ' (' + law + ')')));
  }), seen.size > shown.length ? el('div', { 'class': 'sub' }, 'and ' + (seen.size - shown.length) + ' more') : null];
}

function fallbackList(fallbacks) {
  var shown = fallbacks.slice(0, 6);
  var left = fallbacks.length - shown.length;
  return shown.map(function (one) {
    return el('div', { 'class': 'sub' }, el('bdi', {}, shorten(visible(one.name), 90)), ' ', badge(shorten(visible(one.text), 60), one.tone));
  }).concat(left === 0 ? [] : [el('div', { 'class': 'sub' }, 'and ' + left + ' more')]);
}

function workflowRow(workflow) {
  var critical = workflow.criticality;
  var gaps = data.workflowGaps[workflow.id] || { count: 0, severity: 'low' };
  return el('tr', { 'class': 'row' },
    el('td', {}, link(el('bdi', {}, shorten(workflow.id, 120)), function () { goTo({ tab: 'dependencies', filters: { workflow: workflow.id } }); }),
      el('div', { 'class': 'sub' }, workflow.task + (workflow.source === 'inferred' ? ', inferred from ' + shorten(workflow.reason, 90) : ''))),
    el('td', {}, critical === null ? '' : badge(critical, critical === 'critical' ? 'bad' : critical === 'important' ? 'warning' : '')),
    el('td', {}, modelsCell(workflow)),
    el('td', {}, workflow.dependencies.length === 0 ? '' : badge(data.gradeWords[workflow.fallbackGrade || 'none'], gradeTone[workflow.fallbackGrade || 'none']),
      fallbackList(data.workflowFallbacks[workflow.id] || [])),
    el('td', { 'class': 'num' }, gaps.count === 0 ? '0' : badge(String(gaps.count), severityTone[gaps.severity])),
    el('td', {}, workflow.owner === null ? el('span', { 'class': 'sub' }, 'nobody') : shorten(workflow.owner, 80)));
}

function workflowTable() {
  var shown = data.workflows.filter(function (one) {
    return matches([one.id, one.task, one.owner, one.reason].concat(one.models).join('\n').toLowerCase());
  });
  return el('section', { 'class': 'panel' },
    el('div', { 'class': 'kind' }, el('h2', {}, 'Workflows', el('span', { 'class': 'n' }, shown.length)), el('p', { 'class': 'note beside' }, 'riskiest first')),
    shown.length === 0 ? el('p', { 'class': 'empty' }, 'No workflow matches.') :
      el('div', { 'class': 'scroll' }, el('table', { 'class': 'six' },
        el('thead', {}, el('tr', {}, ['Workflow', 'Criticality', 'Models', 'Fallback', 'Gaps', 'Owner'].map(function (title) {
          return el('th', { scope: 'col', 'class': title === 'Gaps' ? 'num' : null }, title);
        }))),
        paged(shown, workflowRow, 6))));
}

function showOverview() {
  var counted = rows.filter(function (row) { return row.counted; });
  var used = data.workflows.filter(function (one) { return one.dependencies.length > 0; });
  var bare = used.filter(function (one) { return one.fallbackGrade === null || one.fallbackGrade === 'unknown'; });
  var keys = register.credentials.filter(function (one) { return one.form === 'present'; });
  var open = register.questions.filter(function (one) { return one.answer === null; });
  var high = data.gaps.filter(function (gap) { return data.gapWords[gap.kind].severity === 'high'; });
  return [
    el('div', { 'class': 'panel tiles' },
      tile(counted.length, counted.length === 1 ? 'dependency' : 'dependencies', '', function () { goTo({ tab: 'dependencies' }); }),
      tile(unique(counted.map(function (row) { return row.dependency.model; }).filter(Boolean)).length, 'known models', '', function () { goTo({ tab: 'dependencies', group: 'vendor' }); }),
      tile(unique(counted.map(function (row) { return row.dependency.vendor; }).filter(Boolean)).length, 'vendors', '', function () { goTo({ tab: 'dependencies', group: 'vendor' }); }),
      tile(bare.length, 'of ' + plural(used.length, 'workflow') + ' without a known fallback', 'bad', function () { goTo({ tab: 'gaps' }); }),
      tile(high.length, 'gaps of high severity', 'bad', function () { goTo({ tab: 'gaps' }); }),
      tile(open.length, 'questions only you can answer', 'warning', function () { goTo({ tab: 'questions' }); }),
      tile(keys.length, 'keys written into files', 'bad', function () { goTo({ tab: 'keys' }); })),
    wholeBar(),
    el('div', { 'class': 'split' },
      el('section', { 'class': 'panel pad' }, el('h2', {}, 'What to do next'), stepList()),
      el('section', { 'class': 'panel pad', 'aria-label': 'Charts over all dependencies' }, el('div', { 'class': 'charts' },
        chart('By vendor', 'vendor'), chart('By fallback', 'grade', gradeTone),
        chart('By jurisdiction', 'law'), chart('By effort to move', 'effort', effortTone),
        chart('By provider', 'provider'), chart('By task', 'task')))),
    workflowTable()
  ];
}
`
