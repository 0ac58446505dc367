// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { writeJson } from './json/write.ts'
import { translateResponse } from './response.ts'
import { sampleInput } from './sample-input.ts'
import { sampleOfSchema, sampleResponse } from './sample-response.ts'
import { validateSchema } from './schema.ts'
import { aSubject, type SubjectOptions } from './test-subject.ts'

function definition(options: SubjectOptions) {
  return aSubject('https://a.example/', options).definition
}

describe('a sample reply leads every path to something', () => {
  const maps: readonly (readonly string[])[] = [
    ['$.a.b', '$.a.c', '$.d'],
    ['$.list[0].x', '$.list[2].y', '$.list[-1].z', '$.list[*].w'],
    ["$.p[?(@.k == 'a')].v", "$.p[?(@.k == 'b')].v", "$.p[?(@.k != 'a' && @.n > 3)].w"],
    ["$.p[?(@.k == 'a' || @.k == 'b')].v", '$.p[?(@.deep.er[0].x)].y', '$.p[?(!(@.gone == 1))].q'],
    ["$.p[?(@.s in ['u','v'])].z", '$.p[?(@.n >= 2.5)].z', '$.p[?(@.on == true)].z'],
    ['$..deep', '$..other.name', '$.x..y'],
    ['$.list.length()', '$.nums.sum()', "$['a','b']", '$.sl[1:].n', '$.sl[-2:]'],
    ['.total', 'id', '@.name', "$.['odd key'].x"],
    ["$.p[?(@.k == 'a')][?(@.u)].v", "['p'][?(@.k == 'b')].c[?(@.s == 'on')].id"],
    ["$.r[?(@.k == 'c')].body.n", '$.r[?(@.code >= 400)].body[0].message'],
    ['$.p[?(@.name =~ /.*vip.*/i)].v', '$.p[?(@.no =~ /^\\+49\\d+$/)].v', '$.q[?(@.s size 2)].v'],
    ["$.t[?(@.tags contains 'x')].v", '$.u[?(@.e empty false)].v', "$.w[?(@.k nin ['a'])].v"],
    ['$.size()'],
    ['$'],
  ]
  for (const paths of maps) {
    test(paths.join(' and '), () => {
      const translationMap = Object.fromEntries(paths.map((path, index) => [`k${index}`, path]))
      const keys = Object.keys(translationMap)
      const successTemplate = `{${keys.map((key) => `"${key}": \${${key}}`).join(', ')}}`
      const raw = writeJson(
        sampleResponse(definition({ response: { translationMap, successTemplate } })),
      )
      const translated = translateResponse(raw, { translationMap, translationMapDefaults: {} })
      for (const { path, outcome, text } of translated.keys) {
        assert.equal(outcome, 'resolved', `${path} on ${raw}`)
        assert.notEqual(text, '[]', `${path} on ${raw}`)
      }
    })
  }
})

test('values of a sample have the types that the contract has where the template puts them', () => {
  const one = definition({
    contract: {
      successSchema: {
        type: 'object',
        properties: {
          n: { type: 'integer' },
          list: { type: 'array', items: { type: 'boolean' } },
          first: { type: 'number', minimum: 3 },
        },
      },
    },
    response: {
      translationMap: { n: '$.n', list: '$.l[*].on', first: '$.f[*]' },
      successTemplate:
        '{"n": ${n}, "list": ${list}, "first": ${successTemplateUtils.firstFromArray("${first}")}}}',
    },
  })
  assert.equal(writeJson(sampleResponse(one)), '{"n":7,"l":[{"on":true}],"f":[3]}')
})

test('a sample of a schema fits the schema', () => {
  const schema = {
    type: 'object',
    required: ['a', 'e'],
    properties: {
      a: { type: 'string' },
      e: { enum: ['x', 'y'] },
      l: {
        type: 'array',
        items: { type: 'object', properties: { n: { type: ['null', 'number'] } } },
      },
      n: { type: 'integer', minimum: 12 },
    },
  }
  assert.deepEqual(validateSchema(sampleOfSchema(schema, 0), schema), [])
})

test('inputs of a sample have the types of the contract, and JSON where quotes are missing', () => {
  const inputs = {
    s: { type: 'string' },
    e: { type: 'string', enum: ['one', 'two'] },
    d: { type: 'string', default: 'given' },
    n: { type: 'number', minimum: 2 },
    b: { type: 'boolean' },
    members: { type: 'string' },
    piece: { type: 'string' },
  }
  const requestTemplate = '{ ${input.members}, "x": ${input.piece}, "y": "${input.s}" }'
  const input = sampleInput(definition({ inputs, request: { requestTemplate } }))
  assert.equal(
    writeJson(input),
    '{"s":"sample-s","e":"one","d":"given","n":2,"b":true,"members":"\\"sample\\": \\"value\\"","piece":"7"}',
  )
})
