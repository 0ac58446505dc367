import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  allowsMedia,
  defaultAllowedMedia,
  fileNameFault,
  fitsMediaType,
  mediaTypeOfName,
} from './media.ts'

test('the default profile takes anything in and only pictures out', () => {
  assert.ok(allowsMedia(defaultAllowedMedia.inbound, 'application/zip'))
  assert.ok(allowsMedia(defaultAllowedMedia.outbound, 'IMAGE/PNG'))
  assert.ok(!allowsMedia(defaultAllowedMedia.outbound, 'application/pdf'))
  assert.ok(allowsMedia(['audio/*'], 'audio/ogg'))
  assert.ok(!allowsMedia(['audio/*'], 'video/ogg'))
})

test('a file name follows the rules of the vendor', () => {
  for (const good of ['photo.png', 'a-b_c(1).pdf', 'ü.jpg', 'dir/p.png'])
    assert.equal(fileNameFault(good), undefined, good)
  for (const bad of ['', '.hidden', 'dir/', 'a b.png', 'a\\b', 'a{', 'a%20', 'a#1', 'a|b', 'a[1]'])
    assert.ok(fileNameFault(bad) !== undefined, bad)
})

test('a name with any forbidden character is refused, wherever it stands', () => {
  const forbidden = fc.constantFrom(...'\\{^}%`]">[~<#| \t\n')
  fc.assert(
    fc.property(fc.string(), forbidden, fc.string(), (before, character, after) => {
      assert.ok(fileNameFault(before + character + after) !== undefined)
    }),
  )
})

test('the first bytes must fit the type that the name promises', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1])
  assert.ok(fitsMediaType(png, mediaTypeOfName('p.PNG')))
  assert.ok(!fitsMediaType(png, mediaTypeOfName('p.jpg')))
  assert.ok(fitsMediaType(png, mediaTypeOfName('p.unknown')))
})
