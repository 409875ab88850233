/** Browser code: everything the register knows of one dependency. */
export const showEvidence = String.raw`
function fact(title, value, note) {
  if (value === null || value === undefined || value === '' || value === false) return null;
  return [el('dt', {}, title), el('dd', {}, value, note ? el('div', { 'class': 'sub' }, note) : null)];
}

function long(text) {
  return String(text).length > 400 ? el('div', { 'class': 'long' }, el('bdi', {}, text)) : el('bdi', {}, text);
}

function placeOf(one) {
  return el('div', { 'class': 'place' },
    el('div', { 'class': 'at' }, code(one.path + ':' + one.line + ':' + one.column),
      one.symbol === undefined ? null : el('span', { 'class': 'sub' }, 'in ', el('bdi', {}, shorten(visible(one.symbol), 160))),
      register.repositories.length > 1 ? el('span', { 'class': 'sub' }, el('bdi', {}, shorten(visible(one.repository), 120))) : null),
    el('div', { 'class': 'code' }, el('span', { 'class': 'no', 'aria-hidden': 'true' }, one.line), el('span', { 'class': 'src' }, one.snippet)),
    one.via.length === 0 ? null : el('ol', { 'class': 'hops', 'aria-label': 'The way to where the model is written' }, one.via.map(function (hop) {
      return el('li', {}, '\u2192 ', code(shorten(visible(place(hop.path, hop.line)), 300)), ' ', [hop.kind, hop.name].filter(Boolean).map(function (word) { return shorten(visible(word), 120); }).join(' '));
    })));
}

function placeList(occurrences) {
  var list = el('div', {});
  var shown = 0;
  function grow(count) {
    occurrences.slice(shown, shown + count).forEach(function (one) { list.append(placeOf(one)); });
    shown += count;
    if (shown >= occurrences.length) return;
    var button = el('button', { type: 'button', 'class': 'quiet', onclick: function () { button.remove(); grow(100); } }, 'Show more of ' + (occurrences.length - shown) + ' left');
    list.append(button);
  }
  grow(printing ? occurrences.length : 20);
  return list;
}

function fallbackItem(one) {
  return el('div', { 'class': 'standin' },
    el('div', { 'class': 'badges' }, code(shorten(visible(one.model || one.modelAsWritten), 200)), badge(data.gradeWords[one.grade], gradeTone[one.grade]),
      one.qualifiedUntil === undefined ? null : one.qualifiedUntil === null ? badge('no valid trial', 'warning') : badge('qualified until ' + one.qualifiedUntil.slice(0, 10), 'good')),
    el('div', { 'class': 'sub' }, (one.provider === null ? '' : 'over ' + shorten(visible(one.provider), 60) + '; ') + shorten(visible(one.reason), 300)),
    el('div', { 'class': 'sub' }, code(shorten(visible(place(one.path, one.line)), 200))),
    one.missing.length === 0 ? null : el('div', { 'class': 'sub' }, 'not known to have: ' + shorten(visible(one.missing.join(', ')), 300)));
}

function gapItem(gap) {
  var words = data.gapWords[gap.kind];
  return el('div', { 'class': 'standin' }, badge(words.title, severityTone[words.severity]),
    el('div', {}, el('bdi', {}, shorten(visible(gap.reason), 500))), el('div', { 'class': 'sub' }, 'To close it: ', el('bdi', {}, shorten(visible(gap.advice), 300))));
}

function seenWords(one) {
  return (one.kind === 'observed' ? 'observed by the gateway' : 'imported from ' + one.source) +
    (one.requests === null ? '' : ', ' + plural(one.requests, 'request')) +
    (one.provider === null ? '' : ' over ' + one.provider) + ', last on ' + one.lastSeen.slice(0, 10);
}

function part(title, content) {
  return el('div', { 'class': 'part' }, el('h4', {}, title), content);
}

function tags(items) {
  return items.length === 0 ? null : el('span', { 'class': 'badges' }, items.map(function (one) { return badge(shorten(visible(one), 80)); }));
}

function evidence(row) {
  var dependency = row.dependency;
  var route = dependency.route;
  var question = dependency.question === null ? null : questionById.get(dependency.question) || null;
  return el('div', { 'class': 'evidence' },
    el('div', {},
      part(plural(dependency.occurrences.length, 'place'), placeList(dependency.occurrences)),
      row.gaps.length === 0 ? null : part('Gaps', row.gaps.map(gapItem)),
      row.counted ? part('Fallbacks at this place', dependency.fallbacks.length === 0 ? el('p', { 'class': 'sub' }, 'none found in code') : dependency.fallbacks.map(fallbackItem)) : null,
      question === null ? null : part('Question ' + question.id, [el('div', {}, el('bdi', {}, shorten(visible(question.text), 500))), el('div', { 'class': 'sub' }, question.answer === null ? 'not answered yet' : 'answer: ' + question.answer)])),
    el('dl', { 'class': 'facts' },
      fact('Model', dependency.model === null ? el('span', { 'class': 'sub' }, 'not known') : long(dependency.model)),
      fact('As written', long(dependency.modelAsWritten)),
      fact('Vendor', dependency.vendor === null ? null : long(dependency.vendor), row.vendorLaw.length === 0 ? null : 'under the law of ' + row.vendorLaw.join(', ')),
      fact('Provider', route.provider === null ? null : long(route.provider), row.providerLaw.length === 0 ? null : 'under the law of ' + row.providerLaw.join(', ')),
      fact('Protocol', route.protocol === null ? null : long(route.protocol)),
      fact('Region', route.region === null ? null : long(route.region)),
      fact('Base URL', route.baseUrl === null ? null : long(route.baseUrl)),
      fact('Route', route.id === null ? null : long(route.id)),
      fact('Role', dependency.role + ' in ' + dependency.context),
      fact('Task', dependency.task, shorten(visible(dependency.taskReason), 300)),
      fact('Workflow', dependency.workflow === null ? null : long(dependency.workflow)),
      fact('In traffic', dependency.evidence === undefined ? null : long(dependency.evidence.map(seenWords).join('; '))),
      fact('Resolution', dependency.resolution, shorten(visible(dependency.resolutionReason), 500)),
      fact('Overridable by', tags(dependency.overridableBy)),
      fact('Environment', dependency.environment === null ? null : long(dependency.environment)),
      fact('Detection', Math.round(dependency.detection * 100) + ' %', shorten(visible(dependency.detectors.join(', ')), 300)),
      fact('Features', tags(dependency.features)),
      fact('Effort', badge(dependency.migrationEffort, effortTone[dependency.migrationEffort]), shorten(visible(dependency.migrationReason), 300)),
      fact('Lifecycle', badge(dependency.lifecycle, lifecycleTone[dependency.lifecycle]), dependency.lifecycleReason === undefined ? null : shorten(visible(dependency.lifecycleReason), 300)),
      fact('Owners', dependency.owners.length === 0 ? el('span', { 'class': 'sub' }, 'nobody') : shorten(visible(dependency.owners.join(', ')), 300), dependency.ownerSource === 'none' ? null : 'from ' + dependency.ownerSource),
      fact('Id', code(dependency.id))));
}
`
