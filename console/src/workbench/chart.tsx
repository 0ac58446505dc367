import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { secondTime } from '../ui/time.tsx'

interface Given {
  readonly title: string
  readonly unit: string
  /** Epoch seconds. */
  readonly times: readonly number[]
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

const heightPx = 180

/** A chart shows a minute at the least, so that its first moments do not look like hours. */
const spanMinS = 60

/** Lines over time; the last values stand beside it as words, for those who do not see the lines. */
export default function Chart({ title, unit, times, series }: Given) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const names = series.map(({ name }) => name).join()
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const style = getComputedStyle(element)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    const axis = { stroke: colour('--ink-2'), grid: { stroke: colour('--line'), width: 1 } }
    const made = new uPlot(
      {
        width: element.clientWidth || 400,
        height: heightPx,
        legend: { show: false },
        cursor: { show: false },
        axes: [
          {
            ...axis,
            space: 90,
            values: (_plot, times) => times.map((timeS) => secondTime(timeS * 1000)),
          },
          { ...axis, size: 46 },
        ],
        scales: {
          x: { range: (_plot, low, high) => [Math.min(low, high - spanMinS), high] },
          y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] },
        },
        series: [
          {},
          ...names.split(',').map((name, index) => ({
            label: name,
            stroke: colour(`--chart-${index + 1}`),
            width: 2,
            points: { show: false },
          })),
        ],
      },
      [[Date.now() / 1000], ...names.split(',').map(() => [null])],
      element,
    )
    plot.current = made
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: heightPx }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [names])
  useEffect(() => {
    if (times.length === 0) return
    plot.current?.setData([[...times], ...series.map(({ values }) => [...values])])
  }, [times, series])
  return (
    <figure className="card chart">
      <figcaption>
        <h3>{title}</h3>
        <span className="xs soft">
          {series
            .map(({ name, values }) => `${name}: ${format(values.at(-1) ?? 0)} ${unit}`)
            .join(' · ')}
        </span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  )
}

function format(value: number): string {
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1)
}
