import { buildNodes } from './script/build-nodes.ts'
import { indexRegister } from './script/index-register.ts'
import { showDependencies } from './script/show-dependencies.ts'
import { showEvidence } from './script/show-evidence.ts'
import { showLists } from './script/show-lists.ts'
import { showOverview } from './script/show-overview.ts'

/**
 * The page's only script. It is text here because this room reads no file and the page loads none; its parts
 * share one function's scope.
 */
export const pageScript = [
  '(function () {',
  "'use strict';",
  buildNodes,
  indexRegister,
  showDependencies,
  showEvidence,
  showOverview,
  showLists,
  '})();',
].join('\n')
