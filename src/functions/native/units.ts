/** Numbers in other units, and sizes in bytes as text. */
import { printReal } from '../../types/real.ts'
import { native } from '../define.ts'

const METRES = {
  Angstrom: 1e-10,
  AstronomicalUnit: 149597870700,
  Centimeter: 1e-2,
  Chain: 20.1168,
  DataMile: 1828.8,
  Decameter: 10,
  Decimeter: 1e-1,
  DtpPica: 1 / 236.220472441,
  DtpPoint: 0.000352777777777778,
  Fathom: 1.8288,
  Foot: 0.3048,
  Hand: 1.016e-1,
  Hectometer: 100,
  Inch: 0.0254,
  KilolightYear: 9460730472580800e3,
  Kilometer: 1000,
  Kiloparsec: 3.08567758128e19,
  LightYear: 9460730472580800,
  MegalightYear: 9.46073047258e21,
  Megaparsec: 3.08567758128e22,
  Meter: 1,
  Microinch: 2.54e-8,
  Micrometer: 1e-6,
  Mil: 2.54e-5,
  Mile: 1609.34,
  Millimeter: 1e-3,
  Nanometer: 1e-9,
  NauticalMile: 1852,
  Parsec: 3.08567758128e16,
  PrinterPica: 1 / 237.106301584,
  PrinterPoint: 0.000351459803514598,
  Shackle: 27.432,
  SolarRadius: 6.9551e8,
  Twip: 1 / 56692.913385826,
  UsSurveyFoot: 0.304800609601219,
  Yard: 0.9144,
}
const KILOGRAMS = {
  Centigram: 1e-5,
  Decagram: 1e-2,
  Decigram: 1e-4,
  EarthMass: 5.9722e24,
  Grain: 6.479891e-5,
  Gram: 1e-3,
  Hectogram: 1e-1,
  Kilogram: 1,
  Kilopound: 453.59237,
  Kilotonne: 1e6,
  LongHundredweight: 1 / 0.01968413055222121,
  LongTon: 1016.0469088,
  Megapound: 453592.37,
  Megatonne: 1e9,
  Microgram: 1e-9,
  Milligram: 1e-6,
  Nanogram: 1e-12,
  Ounce: 1 / 35.2739619,
  Pound: 0.45359237,
  ShortHundredweight: 1 / 0.022046226218487758,
  ShortTon: 907.18474,
  Slug: 1 / 6.852176556196105e-2,
  SolarMass: 1.98947e30,
  Stone: 1 / 0.1574731728702698,
  Tonne: 1000,
}
const JOULES = {
  BritishThermalUnit: 1055.05585262,
  Calorie: 4.184,
  DecathermEc: 1055055852.62,
  DecathermImperial: 1055055852.57348,
  DecathermUs: 1054804000.0,
  ElectronVolt: 1.602176565e-19,
  Erg: 1e-7,
  FootPound: 1.355817948,
  GigabritishThermalUnit: 1055055852620.0,
  GigaelectronVolt: 1.602176565e-10,
  Gigajoule: 1e9,
  GigawattDay: 86400000000000.0,
  GigawattHour: 3.6e12,
  HorsepowerHour: 2.6845195377e6,
  Joule: 1,
  KilobritishThermalUnit: 1055055.85262,
  Kilocalorie: 4184,
  KiloelectronVolt: 1.602176565e-16,
  Kilojoule: 1000,
  KilowattDay: 86400000.0,
  KilowattHour: 3.6e6,
  MegabritishThermalUnit: 1055055852.62,
  Megacalorie: 4184000.0,
  MegaelectronVolt: 1.602176565e-13,
  Megajoule: 1e6,
  MegawattDay: 86400000000.0,
  MegawattHour: 3.6e9,
  Millijoule: 1e-3,
  TeraelectronVolt: 1.602176565e-7,
  TerawattDay: 8.64e16,
  TerawattHour: 3.6e15,
  ThermEc: 1.05505585262e8,
  ThermImperial: 1.05505585257348e8,
  ThermUs: 1.054804e8,
  WattDay: 86400.0,
  WattHour: 3600,
}
const NEWTONS = {
  Decanewton: 10,
  Dyn: 1e-5,
  KiloPond: 9.80665002864,
  KilogramForce: 9.80665002864,
  Kilonewton: 1000,
  KilopoundForce: 4448.2216152605,
  Meganewton: 1e6,
  Micronewton: 1e-6,
  Millinewton: 1e-3,
  Newton: 1,
  OunceForce: 0.2780138509537812,
  PoundForce: 4.4482216152605,
  Poundal: 0.1382550279897304,
  ShortTonForce: 8896.443230521,
  TonneForce: 9806.65002864,
}
const METRES_PER_SECOND = {
  CentimeterPerHour: 1e-2 / 3600,
  CentimeterPerMinute: 1e-2 / 60,
  CentimeterPerSecond: 1e-2,
  DecimeterPerMinute: 1e-1 / 60,
  DecimeterPerSecond: 1e-1,
  FootPerHour: 0.3048 / 3600,
  FootPerMinute: 0.3048 / 60,
  FootPerSecond: 0.3048,
  InchPerHour: 0.0254 / 3600,
  InchPerMinute: 0.0254 / 60,
  InchPerSecond: 0.0254,
  KilometerPerHour: 1000 / 3600,
  KilometerPerMinute: 1000 / 60,
  KilometerPerSecond: 1000,
  Knot: 0.514444,
  MeterPerHour: 1 / 3600,
  MeterPerMinute: 1 / 60,
  MeterPerSecond: 1,
  MicrometerPerMinute: 1e-6 / 60,
  MicrometerPerSecond: 1e-6,
  MilePerHour: 0.44704,
  MillimeterPerHour: 1e-3 / 3600,
  MillimeterPerMinute: 1e-3 / 60,
  MillimeterPerSecond: 1e-3,
  NanometerPerMinute: 1e-9 / 60,
  NanometerPerSecond: 1e-9,
  UsSurveyFootPerHour: 8.46668360003387e-5,
  UsSurveyFootPerMinute: 0.00508001016002032,
  UsSurveyFootPerSecond: 0.304800609601219,
  YardPerHour: 0.9144 / 3600,
  YardPerMinute: 0.9144 / 60,
  YardPerSecond: 0.9144,
}
const CUBIC_METRES = {
  AcreFoot: 1 / 0.000810714,
  AuTablespoon: 2e-5,
  BoardFoot: 2.3597372158e-3,
  Centiliter: 1e-5,
  CubicCentimeter: 1e-6,
  CubicDecimeter: 1e-3,
  CubicFoot: 0.028316846592,
  CubicHectometer: 1e6,
  CubicInch: 1.6387e-5,
  CubicKilometer: 1e9,
  CubicMeter: 1,
  CubicMicrometer: 1e-18,
  CubicMile: 1609.344 ** 3,
  CubicMillimeter: 1e-9,
  CubicYard: 0.764554858,
  Decaliter: 1e-2,
  DecausGallon: 0.0378541,
  Deciliter: 1e-4,
  DeciusGallon: 0.000378541,
  HectocubicFoot: 2.8316846592,
  HectocubicMeter: 100.0,
  Hectoliter: 1e-1,
  HectousGallon: 0.378541,
  ImperialBeerBarrel: 0.16365924,
  ImperialGallon: 0.00454609,
  ImperialOunce: 2.84130625e-5,
  ImperialPint: 5.6826125e-4,
  KilocubicFoot: 28.316846592,
  KilocubicMeter: 1000.0,
  KiloimperialGallon: 4.54609,
  Kiloliter: 1,
  KilousGallon: 3.78541,
  Liter: 1e-3,
  MegacubicFoot: 28316.846592,
  MegaimperialGallon: 4546.09,
  Megaliter: 1000,
  MegausGallon: 3785.41,
  MetricCup: 0.00025,
  MetricTeaspoon: 0.5e-5,
  Microliter: 1e-9,
  Milliliter: 1e-6,
  OilBarrel: 0.158987294928,
  UkTablespoon: 1.5e-5,
  UsBeerBarrel: 0.1173477658,
  UsCustomaryCup: 0.0002365882365,
  UsGallon: 0.00378541,
  UsLegalCup: 0.00024,
  UsOunce: 2.95735295625e-5,
  UsPint: 4.73176473e-4,
  UsQuart: 9.46352946e-4,
  UsTablespoon: 1.478676478125e-5,
  UsTeaspoon: 4.92892159375e-6,
}
const DEGREES = {
  Arcminute: 1 / 60,
  Arcsecond: 1 / 3600,
  Centiradian: 1.8 / Math.PI,
  Deciradian: 18 / Math.PI,
  Degree: 1,
  Gradian: 0.9,
  Microdegree: 1e-6,
  Microradian: 1.8e-4 / Math.PI,
  Millidegree: 1e-3,
  Milliradian: 0.18 / Math.PI,
  Nanodegree: 1e-9,
  Nanoradian: 1.8e-7 / Math.PI,
  NatoMil: 0.05625,
  Radian: 180 / Math.PI,
  Revolution: 360,
}

/**
 * Units and factors are those of UnitsNet (https://github.com/angularsen/UnitsNet) in the middle of 2022: its units of then are those that
 * the documentation lists, one by one, and an acre-foot of then is what the engine was seen to give. Several factors, the mile's
 * among them, were rounder than they have become since.
 */
const conversion = (name: string, factors: Readonly<Record<string, number>>, from: string, to: string, one: number) =>
  native({
    doc: `\`value\` in the ${name} unit \`from\` as so many of \`to\`; null for a unit of a row that it does not know.`,
    takes: ['real', 'string', 'string'],
    gives: 'real',
    nulls: 'propagate',
    run: (value: number, source: string, target: string) =>
      converted(value, unitOf(factors, source), unitOf(factors, target)),
    examples: [
      [`convert_${name}(1, '${from}', '${to}')`, one],
      [`convert_${name}(real(null), '${from}', '${to}')`, null],
    ],
  })

/** How a unit becomes the one that its table counts in, and the other way round. */
interface Unit {
  readonly toBase: (value: number) => number
  readonly fromBase: (value: number) => number
}

const unitOf = (factors: Readonly<Record<string, number>>, name: string): Unit | undefined => {
  // The one unit that is no multiple: the sine of an angle.
  if (name === 'Tilt' && factors === DEGREES)
    return { toBase: (v) => (Math.asin(v) * 180) / Math.PI, fromBase: (v) => Math.sin((v / 180) * Math.PI) }
  const factor = Object.hasOwn(factors, name) ? factors[name] : undefined
  return factor === undefined ? undefined : { toBase: (v) => v * factor, fromBase: (v) => v / factor }
}

const converted = (value: number, source: Unit | undefined, target: Unit | undefined): number | null =>
  source && target ? target.fromBase(source.toBase(value)) : null

/** Scale and zero point against kelvin. */
const KELVINS: Readonly<Record<string, readonly [scale: number, zero: number]>> = {
  Kelvin: [1, 0],
  DegreeCelsius: [1, 273.15],
  DegreeDelisle: [-2 / 3, 373.15],
  DegreeFahrenheit: [5 / 9, 459.67 * (5 / 9)],
  DegreeNewton: [100 / 33, 273.15],
  DegreeRankine: [5 / 9, 0],
  DegreeReaumur: [1.25, 273.15],
  DegreeRoemer: [40 / 21, 273.15 - (7.5 * 40) / 21],
  MillidegreeCelsius: [1e-3, 273.15],
  SolarTemperature: [5778, 0],
}

const TABLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  convert_angle: { ...DEGREES, Tilt: 1 },
  convert_energy: JOULES,
  convert_force: NEWTONS,
  convert_length: METRES,
  convert_mass: KILOGRAMS,
  convert_speed: METRES_PER_SECOND,
  convert_temperature: KELVINS,
  convert_volume: CUBIC_METRES,
}
/** Whether the function of that name knows the unit; undefined for another function. */
export const knowsUnit = (name: string, unit: string): boolean | undefined =>
  Object.hasOwn(TABLES, name) ? Object.hasOwn(TABLES[name]!, unit) : undefined

const UNITS = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB']

export const unitNatives = {
  convert_angle: conversion('angle', DEGREES, 'Degree', 'Arcminute', 60),
  convert_energy: conversion('energy', JOULES, 'WattHour', 'Joule', 3600),
  convert_force: conversion('force', NEWTONS, 'KilogramForce', 'Newton', 9.80665002864),
  convert_length: conversion('length', METRES, 'Mile', 'Meter', 1609.34),
  convert_mass: conversion('mass', KILOGRAMS, 'Tonne', 'Kilogram', 1000),
  convert_speed: conversion('speed', METRES_PER_SECOND, 'MeterPerSecond', 'KilometerPerHour', 3.6),
  convert_volume: conversion('volume', CUBIC_METRES, 'CubicMeter', 'Liter', 1000),
  convert_temperature: native({
    doc: '`value` in the temperature unit `from` as so many of `to`; null for a unit of a row that it does not know.',
    takes: ['real', 'string', 'string'],
    gives: 'real',
    nulls: 'propagate',
    run: (value: number, from: string, to: string) => {
      const [a, b] = [from, to].map((unit) => (Object.hasOwn(KELVINS, unit) ? KELVINS[unit] : undefined))
      return a && b ? (value * a[0] + a[1] - b[1]) / b[0] : null
    },
    examples: [
      ["convert_temperature(100, 'DegreeCelsius', 'DegreeFahrenheit')", 212],
      ["convert_temperature(real(null), 'Kelvin', 'Kelvin')", null],
    ],
  }),
  format_bytes: native({
    doc: 'A size in the unit that suits it, or in `unit` (KB, MB, …), with at most `digits` after the point; 1024 bytes are a KB.',
    takes: ['real', 'long', 'string'],
    gives: 'string',
    nulls: 'own',
    run: (size?: number, digits = 0n, unit = '') => (size === undefined ? '' : formatBytes(size, Number(digits), unit)),
    examples: [
      ['format_bytes(1536, 1)', '1.5 KB'],
      ['format_bytes(1048576, 2)', '1 MB'],
      ["format_bytes(1048576, 0, 'KB')", '1024 KB'],
    ],
  }),
}

function formatBytes(size: number, digits: number, unit: string): string {
  if (!Number.isFinite(size)) return ''
  const named = UNITS.findIndex((u) => u.toLowerCase() === unit.toLowerCase())
  if (unit !== '' && named < 0) return ''
  let power = Math.max(named, 0)
  if (unit === '') while (power < UNITS.length - 1 && Math.abs(size) >= 1024 ** (power + 1)) power++
  const rounded = Number((size / 1024 ** power).toFixed(Math.min(Math.max(digits, 0), 20)))
  return `${printReal(rounded).replace(/\.0$/, '')} ${UNITS[power]}`
}
