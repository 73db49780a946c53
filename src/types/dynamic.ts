/** KQL's dynamic: a JSON value whose integers stay exact and whose bags keep their order. */
export type Dynamic = null | boolean | bigint | number | string | readonly Dynamic[] | ReadonlyMap<string, Dynamic>
