import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FilterPredicate, passesFilter } from './contact-filter.ts'

const row = { city: ' Berlin ', age: '42', since: '2026-01-05', empty: '' }

function holds(
  predicate: Pick<FilterPredicate, 'column' | 'operator'> & Partial<FilterPredicate>,
): boolean {
  const clause = { columnType: 'alphabetic', inverted: false, ...predicate } as const
  const clauses = [{ filterType: 'AND', predicates: [clause] } as const]
  return passesFilter({ filterType: 'AND', clauses }, row)
}

test('texts are compared without case and outer blanks, numbers by their value', () => {
  assert.ok(holds({ column: 'city', operator: 'EQUALS', value: 'berlin' }))
  assert.ok(holds({ column: 'city', operator: 'CONTAINS', value: 'ERL' }))
  assert.ok(holds({ column: 'city', operator: 'BEGINS_WITH', value: 'Ber' }))
  assert.ok(!holds({ column: 'city', operator: 'ENDS_WITH', value: 'Ber' }))
  const age = { column: 'age', columnType: 'numeric' } as const
  assert.ok(holds({ ...age, operator: 'GREATER_THAN', value: '9' }))
  assert.ok(holds({ ...age, operator: 'EQUALS', value: '42.0' }))
  assert.ok(holds({ ...age, operator: 'BETWEEN', range: { min: '42', max: '50' } }))
  assert.ok(
    !holds({ ...age, operator: 'BETWEEN', range: { min: '42', max: '50', minInclusive: false } }),
  )
  assert.ok(holds({ ...age, operator: 'IN', range: { inSet: ['1', '42'] } }))
  assert.ok(holds({ column: 'since', operator: 'BEFORE', value: '2026-01-06T00:00:00Z' }))
})

test('a number that is not there passes no comparison', () => {
  const empty = { column: 'empty', columnType: 'numeric', value: '0' } as const
  for (const operator of ['EQUALS', 'LESS_THAN', 'GREATER_THAN_EQUALS'] as const)
    assert.ok(!holds({ ...empty, operator }))
})

test('inverted is the opposite, AND needs all and OR one, whatever the predicates', () => {
  const predicates = fc.array(
    fc.record({
      column: fc.constantFrom('city', 'age', 'gone'),
      columnType: fc.constantFrom('numeric' as const, 'alphabetic' as const),
      operator: fc.constantFrom('EQUALS' as const, 'LESS_THAN' as const, 'CONTAINS' as const),
      value: fc.constantFrom('berlin', '42', '7', ''),
      inverted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  fc.assert(
    fc.property(predicates, fc.constantFrom('AND' as const, 'OR' as const), (all, filterType) => {
      const one = all.map((predicate) => holds(predicate))
      const flipped = all.map((predicate) => holds({ ...predicate, inverted: !predicate.inverted }))
      assert.deepEqual(
        flipped,
        one.map((is) => !is),
      )
      const clauses = [{ filterType, predicates: all }]
      const passes = passesFilter({ filterType: 'AND', clauses }, row)
      assert.equal(passes, filterType === 'AND' ? one.every(Boolean) : one.some(Boolean))
    }),
  )
})
