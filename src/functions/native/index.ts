/** The themes of functions written in TypeScript. */
import type { Entry } from '../define.ts'
import { activityEngagement, activityMetrics, newActivityMetrics, sessionCount } from '../procedures/activity.ts'
import { basket } from '../procedures/basket.ts'
import { components } from '../procedures/components.ts'
import { oneType } from '../procedures/schema.ts'
import { funnelCompletion, sequenceDetect } from '../procedures/sequences.ts'
import { walks } from '../procedures/walks.ts'
import { arrayNatives } from './array.ts'
import { bagNatives } from './bag.ts'
import { conversionNatives } from './conversion.ts'
import { datetimeNatives } from './datetime.ts'
import { decimalNatives } from './decimal.ts'
import { dynamicNatives } from './dynamic.ts'
import { encodingNatives } from './encoding.ts'
import { geoBufferNatives } from './geo-buffer.ts'
import { geoDensifyNatives } from './geo-densify.ts'
import { geoH3Natives } from './geo-h3.ts'
import { geoHashNatives } from './geo-hash.ts'
import { geoIntersectionNatives } from './geo-intersection.ts'
import { geoLineNatives } from './geo-line.ts'
import { geoPairNatives } from './geo-pair.ts'
import { geoPointNatives } from './geo-point.ts'
import { geoPolygonNatives } from './geo-polygon.ts'
import { geoS2cellNatives } from './geo-s2cell.ts'
import { geoS2coverNatives } from './geo-s2cover.ts'
import { geoWktNatives } from './geo-wkt.ts'
import { graphMemberNatives } from './graph-member.ts'
import { hashNatives } from './hash.ts'
import { keyValueNatives } from './key-value.ts'
import { miscNatives } from './misc.ts'
import { networkNatives } from './network.ts'
import { oddNatives } from './odds.ts'
import { parseNatives } from './parse.ts'
import { seriesNatives } from './series.ts'
import { seriesDecomposeNatives } from './series-decompose.ts'
import { seriesFillNatives } from './series-fill.ts'
import { seriesFitNatives } from './series-fit.ts'
import { seriesFourierNatives } from './series-fourier.ts'
import { setNatives } from './set.ts'
import { sketchNatives } from './sketch.ts'
import { specialFunctionNatives } from './special-functions.ts'
import { textNatives } from './text.ts'
import { unitNatives } from './units.ts'
import { userAgentNatives } from './user-agent.ts'

export const nativeThemes: readonly Readonly<Record<string, Entry>>[] = [
  arrayNatives,
  {
    _activity_engagement: activityEngagement,
    _activity_metrics: activityMetrics,
    _basket: basket,
    _components: components,
    _funnel_completion: funnelCompletion,
    _new_activity_metrics: newActivityMetrics,
    _one_type: oneType,
    _sequence_detect: sequenceDetect,
    _session_count: sessionCount,
    _walks: walks,
  },
  bagNatives,
  conversionNatives,
  datetimeNatives,
  decimalNatives,
  dynamicNatives,
  geoBufferNatives,
  geoDensifyNatives,
  geoH3Natives,
  geoIntersectionNatives,
  geoHashNatives,
  geoLineNatives,
  geoPairNatives,
  geoPointNatives,
  geoPolygonNatives,
  geoS2cellNatives,
  geoS2coverNatives,
  geoWktNatives,
  graphMemberNatives,
  keyValueNatives,
  miscNatives,
  networkNatives,
  parseNatives,
  seriesNatives,
  seriesDecomposeNatives,
  seriesFillNatives,
  seriesFitNatives,
  seriesFourierNatives,
  setNatives,
  sketchNatives,
  specialFunctionNatives,
  encodingNatives,
  hashNatives,
  textNatives,
  unitNatives,
  userAgentNatives,
  oddNatives,
]
