import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanRemote, remoteOf, repositoryIdOf } from './repository-identity.ts'

test('a remote never keeps what could let somebody in', () => {
  const secrets = [
    'https://ada:hunter2@github.com/acme/reviewer.git',
    'https://ghp_hunter2@github.com/acme/reviewer.git',
    'https://github.com/acme/reviewer.git?token=hunter2#hunter2',
    'ssh://git:hunter2@github.com/acme/reviewer.git',
  ]
  for (const secret of secrets) {
    const clean = cleanRemote(secret)
    assert.doesNotMatch(clean ?? '', /hunter2/u, secret)
    assert.equal(repositoryIdOf(clean ?? ''), 'acme/reviewer', secret)
  }
})

test('the owner and name are read from every usual form of address', () => {
  const ids: Readonly<Record<string, string>> = {
    'git@github.com:acme/reviewer.git': 'acme/reviewer',
    'ssh://git@gitlab.example.org:2222/group/sub/reviewer.git': 'group/sub/reviewer',
    'https://gitlab.com/group/sub/reviewer': 'group/sub/reviewer',
    'https://dev.azure.com/acme/project/_git/reviewer': 'acme/project/reviewer',
    'git@ssh.dev.azure.com:v3/acme/project/reviewer': 'acme/project/reviewer',
    'https://github.com/acme/reviewer/': 'acme/reviewer',
  }
  for (const [remote, id] of Object.entries(ids)) {
    assert.equal(repositoryIdOf(cleanRemote(remote) ?? ''), id, remote)
  }
})

test('a folder, a program and a strange text are no published address', () => {
  assert.equal(cleanRemote('/srv/git/reviewer.git'), null)
  assert.equal(cleanRemote('ext::sh -c id'), null)
  assert.equal(cleanRemote('C:/git/reviewer'), null)
  assert.equal(cleanRemote('https://github.com/a\nb'), null)
  assert.equal(repositoryIdOf(cleanRemote('file:///srv/git/acme/reviewer') ?? ''), null)
})

test('of several remotes origin is chosen, then upstream, then the first by name', () => {
  const remote = (name: string) => ({ name, url: `https://github.com/acme/${name}` })
  assert.match(remoteOf([remote('a'), remote('upstream'), remote('origin')]) ?? '', /origin$/u)
  assert.match(remoteOf([remote('b'), remote('upstream')]) ?? '', /upstream$/u)
  assert.match(remoteOf([remote('c'), remote('b')]) ?? '', /b$/u)
  assert.equal(remoteOf([]), null)
})
