"""Talks to Microsoft Graph: signs in, sends, retries, batches, follows pages and changes.

`auth` says where and as whom, `client` is what other packages use; `delta` follows changes. Beneath: `tokens` (access
tokens), `wire` (one HTTP call), `answers` (what came back and what it means), `retry` (what to do about it), `quota`
(how fast to ask), `batch` (many reads in one call). Importing them loads neither msgraph nor azure nor httpx:
`wire` and `credentials`, which do, are imported when a connection opens.
"""
