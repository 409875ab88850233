// Run by hand after a deployment. The key is a made-up one: it has the right shape and opens nothing.
const KEY = 'sk-ant-api03-q7Wd2Kx9Rt4Ls6Pmq7Wd2Kx9Rt4Ls6Pmq7Wd2Kx9Rt4Ls6Pmq7Wd2Kx9Rt4Ls6Pmq7Wd2Kx9Rt4Ls6Pmq7Wd2Kx9Rt4LsAA'

const response = await fetch('https://api.anthropic.com/v1/messages', {
  method: 'POST',
  headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
  body: JSON.stringify({
    model: 'claude-haiku-4-5',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'ping' }],
  }),
})
console.log(response.status)
