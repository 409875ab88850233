import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutFolders } from './without-folder.ts'

test('a path is told from the folder of holdfast.yaml on', () => {
  const text = 'cannot read `/srv/holdfast/directives/a.yaml`: gone; /srv/holdfast is a folder'
  assert.equal(
    withoutFolders(text, ['/srv/holdfast']),
    'cannot read `directives/a.yaml`: gone; . is a folder',
  )
})

test('a folder that JSON writes otherwise is found in JSON too', () => {
  const text = JSON.stringify({ path: '/srv/"x"/a.yaml' })
  assert.deepEqual(JSON.parse(withoutFolders(text, ['/srv/"x"'])), { path: 'a.yaml' })
})

test('the root of the machine is in every path and says nothing', () => {
  assert.equal(withoutFolders('/etc/a', ['/']), '/etc/a')
})
