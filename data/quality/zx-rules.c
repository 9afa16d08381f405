/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every doubt this program can have about data, in words.
 *
 * The first %s of a message is the finding's value, the second its bound; a translation that needs
 * another order says %1$s and %2$s.  Messages are filled in here and never by printf, so that
 * neither a value nor a translation can do harm. */

#include "data/quality/zx-quality.h"

static const ZxRule rules[] = {
  /* ---- any layer ---- */
  { "layer.column-missing", N_ ("A column that is needed is missing"),
    N_ ("The layer has no column for %s."),
    N_ ("Name the column in the recipe as column.NAME, or give the layer another role."),
    ZX_SEVERITY_ERROR },
  { "layer.column-unknown", N_ ("The recipe names a column that is not there"),
    N_ ("The recipe names the column %s, which the layer does not have."),
    N_ ("Correct the name in the recipe; it must be spelled as in the file."), ZX_SEVERITY_ERROR },
  { "layer.other-things", N_ ("Rows of another kind"),
    N_ ("%s rows are something else and were left out."),
    N_ ("Nothing, unless the layer was meant to hold only this."), ZX_SEVERITY_NOTE },
  { "layer.row-left-out", N_ ("Rows left out by hand"),
    N_ ("The row was left out because the recipe says so."),
    N_ ("Take it in again if it was left out by mistake."), ZX_SEVERITY_NOTE },
  { "layer.too-large", N_ ("More rows than can be held"),
    N_ ("The layer has %s rows; at most %s can be used."), N_ ("Cut the layer to the study area."),
    ZX_SEVERITY_ERROR },
  { "text.control-characters", N_ ("Control characters in a text"),
    N_ ("The name %s held characters that cannot be shown; they were removed."),
    N_ ("Clean the text at its source."), ZX_SEVERITY_WARNING },
  { "datum.gcj02-suspected", N_ ("The coordinates may be in GCJ-02"),
    N_ ("The places fit the others once the GCJ-02 shift is taken off (median distance in m, %s)."),
    N_ ("Set crs=GCJ-02 for the layer in the recipe if its source is a Chinese web map or "
        "platform."),
    ZX_SEVERITY_WARNING },
  { "datum.reference-gcj02-suspected", N_ ("The other layers may be in GCJ-02"),
    N_ ("The places fit the others once the GCJ-02 shift is added to them (median distance in m, "
        "%s)."),
    N_ ("Set crs=GCJ-02 for the other layers in the recipe if their source is a Chinese web map."),
    ZX_SEVERITY_WARNING },
  /* ---- times ---- */
  { "time.unreadable", N_ ("A time that cannot be read"), N_ ("%s is not a time that can be read."),
    N_ ("Write times as 2024-05-17 08:30:00."), ZX_SEVERITY_ERROR },
  { "time.missing", N_ ("A time is missing"), N_ ("The row has no time."),
    N_ ("Complete the row at its source."), ZX_SEVERITY_ERROR },
  { "time.year-implausible", N_ ("A year that cannot be"), N_ ("The time %s is outside %s."),
    N_ ("Correct the year at its source."), ZX_SEVERITY_ERROR },
  { "time.future", N_ ("A time in the future"), N_ ("The time %s is later than %s."),
    N_ ("Check the clock of the device or the order of day and month."), ZX_SEVERITY_ERROR },
  { "time.day-month-swapped", N_ ("Day and month were exchanged"),
    N_ ("Dates such as %s were read as %s: day and month stood in each other’s place."),
    N_ ("Export the dates again as year, month, day."), ZX_SEVERITY_WARNING },
  { "time.order-assumed", N_ ("Day or month first"),
    N_ ("Dates such as %s do not say whether the day or the month comes first; they were read as "
        "%s."),
    N_ ("Export the dates as year, month, day."), ZX_SEVERITY_NOTE },
  { "time.all-equal", N_ ("All times are equal"),
    N_ ("Every row has the time %s; such times are made up and were not used."),
    N_ ("Ask for the true times."), ZX_SEVERITY_WARNING },
  { "time.column-empty", N_ ("The column of times is empty"),
    N_ ("The column %s is empty in every row; the rows were used without times."),
    N_ ("Ask for the times; without them there is no picture by hour."), ZX_SEVERITY_WARNING },
  { "time.zone-conflict", N_ ("Two time zones in one row"),
    N_ ("The stamps say %s, the column of zones says %s."),
    N_ ("Check with the source which of the two is right."), ZX_SEVERITY_WARNING },
  { "time.zone-shifted", N_ ("Times moved to the local clock"),
    N_ ("The stamps are in UTC; they were moved by %s h, because otherwise most charging would be "
        "at night (%s)."),
    N_ ("Check with the source which time zone the stamps are in."), ZX_SEVERITY_WARNING },
  /* ---- stations and piles ---- */
  { "stations.missing-place", N_ ("A station without a place"),
    N_ ("The station has no coordinates."), N_ ("Complete its coordinates."), ZX_SEVERITY_ERROR },
  { "stations.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "stations.outside-study-area", N_ ("A place outside the study area"),
    N_ ("The station lies %s m outside the study area; %s m are allowed."),
    N_ ("Correct its coordinates, or widen the boundary or the roads."), ZX_SEVERITY_ERROR },
  { "stations.swapped-axes", N_ ("Longitude and latitude exchanged"),
    N_ ("The coordinates %s were read as %s, which lies among the other stations."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_WARNING },
  { "stations.duplicate-id", N_ ("The same station twice"),
    N_ ("The identifier %s stands in row %s already."), N_ ("Keep one row for each station."),
    ZX_SEVERITY_ERROR },
  { "stations.duplicate-place", N_ ("Two stations in one place"),
    N_ ("The station stands within %s m of that in row %s."), N_ ("Check whether the two are one."),
    ZX_SEVERITY_WARNING },
  { "stations.same-in-two-files", N_ ("One station in two files"),
    N_ ("The station is that of %s (file, row), %s m away at most; the two were made one, with "
        "what "
        "either knows."),
    N_ ("Nothing, unless the two are different stations: then give them different operators."),
    ZX_SEVERITY_NOTE },
  { "stations.shared-ids", N_ ("Two files use the same identifiers"),
    N_ ("%s identifiers stand in another file for a station elsewhere; usage and piles belong to "
        "the stations of their own folder."),
    N_ ("Keep the files of one source in a folder of their own."), ZX_SEVERITY_NOTE },
  { "stations.missing-id", N_ ("Stations without an identifier"),
    N_ ("%s stations have no identifier; usage cannot be matched to them by it."),
    N_ ("Give each station an identifier."), ZX_SEVERITY_NOTE },
  { "stations.missing-connectors", N_ ("The number of connectors is missing"),
    N_ ("The number of connectors is %s; it was taken as not known."),
    N_ ("Complete the number of connectors."), ZX_SEVERITY_WARNING },
  { "stations.connectors-implausible", N_ ("More connectors than can be"),
    N_ ("The station has %s connectors; more than %s are not plausible. The number was taken as "
        "not known."),
    N_ ("Correct the number of connectors."), ZX_SEVERITY_WARNING },
  { "stations.connector-kind-assumed", N_ ("DC or AC is not stated"),
    N_ ("%s stations do not say whether their connectors are DC or AC; those of %s kW and more "
        "each, or of unknown power, were taken as DC."),
    N_ ("Give the numbers of DC and AC connectors."), ZX_SEVERITY_NOTE },
  { "stations.power-implausible", N_ ("A rated power that cannot be"),
    N_ ("The rated power of %s kW per connector is outside %s kW; it was taken as not known."),
    N_ ("Correct the rated power."), ZX_SEVERITY_WARNING },
  { "stations.unit-slip", N_ ("A rated power in W"),
    N_ ("The rated power %s is in W; it was read as %s kW."), N_ ("Give rated power in kW."),
    ZX_SEVERITY_WARNING },
  { "stations.use-above-one", N_ ("More use than hours"),
    N_ ("The connectors were busy %s h a day; %s h are possible."),
    N_ ("Check the number of connectors and the length of the period."), ZX_SEVERITY_WARNING },
  { "stations.without-usage", N_ ("Stations without usage"),
    N_ ("%s of %s stations have no usage; they compete but teach nothing about demand."),
    N_ ("Nothing, if their usage is not to be had."), ZX_SEVERITY_NOTE },
  { "stations.made-from-piles", N_ ("Stations made from piles"),
    N_ ("%s stations were made from piles, by station identifier or place."), N_ ("Nothing."),
    ZX_SEVERITY_NOTE },
  { "piles.duplicate-id", N_ ("The same pile twice"),
    N_ ("The identifier %s stands in row %s already."), N_ ("Keep one row for each pile."),
    ZX_SEVERITY_ERROR },
  { "piles.missing-place", N_ ("A pile without a place"),
    N_ ("The pile has no coordinates and its station is not known."),
    N_ ("Complete its coordinates."), ZX_SEVERITY_ERROR },
  { "piles.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "piles.outside-study-area", N_ ("A place outside the study area"),
    N_ ("The pile lies %s m outside the study area; %s m are allowed."),
    N_ ("Correct its coordinates, or widen the boundary or the roads."), ZX_SEVERITY_ERROR },
  { "piles.swapped-axes", N_ ("Longitude and latitude exchanged"),
    N_ ("The coordinates %s were read as %s, which lies among the other piles."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_WARNING },
  { "piles.unknown-station", N_ ("A pile of no known station"),
    N_ ("There is no station %s in the layers of stations; its piles were left out."),
    N_ ("Add the station, or leave the layer of stations away."), ZX_SEVERITY_ERROR },
  /* ---- usage ---- */
  { "usage.negative", N_ ("Negative energy"), N_ ("The energy of %s is %s kWh; it was left out."),
    N_ ("Correct the reading at its source."), ZX_SEVERITY_ERROR },
  { "usage.above-rated-power", N_ ("More energy than the rated power can give"),
    N_ ("%s shows %s; it was left out."), N_ ("Check the meter reading and the rated power."),
    ZX_SEVERITY_ERROR },
  { "usage.rated-power-doubtful", N_ ("The rated power does not fit the usage"),
    N_ ("The station %s gave more than its rated power in %s of its hours; the usage was kept and "
        "the rated power taken as not known."),
    N_ ("Check the rated power and the number of connectors."), ZX_SEVERITY_WARNING },
  { "usage.gap", N_ ("A gap in the hours"), N_ ("Readings are missing at %s, for %s."),
    N_ ("Ask for the missing readings."), ZX_SEVERITY_WARNING },
  { "usage.duplicate-time", N_ ("The same time twice"),
    N_ ("The time %s stands in row %s already."), N_ ("Keep one row for each time."),
    ZX_SEVERITY_ERROR },
  { "usage.unreadable", N_ ("A reading that is not a number"),
    N_ ("The reading of %s is %s, which is not a number."),
    N_ ("Correct the reading at its source."), ZX_SEVERITY_ERROR },
  { "usage.missing-energy", N_ ("A row without energy"), N_ ("The row has no energy."),
    N_ ("Complete the row or leave it out."), ZX_SEVERITY_ERROR },
  { "usage.unknown-station", N_ ("Usage of no known station"),
    N_ ("There is no station %s; its usage was left out."),
    N_ ("Add the station, or correct the identifier."), ZX_SEVERITY_ERROR },
  { "usage.station-set-aside", N_ ("Usage of a station that was set aside"),
    N_ ("The station %s was set aside; so was its usage."), N_ ("Correct the station."),
    ZX_SEVERITY_NOTE },
  { "usage.filled-in", N_ ("Totals that are not measurements"),
    N_ ("The total of %s h is a whole multiple of %s, like those of many other rows; it was not "
        "used as history."),
    N_ ("Ask for measured totals: these were filled in."), ZX_SEVERITY_WARNING },
  { "usage.not-metered", N_ ("Energy that was not metered"),
    N_ ("The energy is rated power times time, %s, in %s of the rows with totals."),
    N_ ("Ask for metered energy; hours of charging can be trusted more."), ZX_SEVERITY_NOTE },
  { "usage.zero-total", N_ ("A total of zero"),
    N_ ("The total is %s; it may mean closed or no data, and was not used as history."),
    N_ ("Ask whether the pile was closed or its data are missing."), ZX_SEVERITY_WARNING },
  { "usage.total-implausible", N_ ("A total that cannot be"),
    N_ ("The total %s is outside %s; it was not used as history."),
    N_ ("Correct the total at its source."), ZX_SEVERITY_WARNING },
  { "usage.period-assumed", N_ ("The period of the totals is assumed"),
    N_ ("The totals do not say for how long; %s days were assumed."),
    N_ ("State value.period_days in the recipe."), ZX_SEVERITY_NOTE },
  { "usage.series-preferred", N_ ("Totals and series"),
    N_ ("%s stations have totals and readings over time; the readings were used."), N_ ("Nothing."),
    ZX_SEVERITY_NOTE },
  { "usage.pile-totals-preferred", N_ ("Totals of stations and of piles"),
    N_ ("Stations and piles both have totals; those of the piles were used."), N_ ("Nothing."),
    ZX_SEVERITY_NOTE },
  { "usage.no-times", N_ ("Usage without times"),
    N_ ("Too few times can be read (%s); the layer was left out."),
    N_ ("Bind the right column to time in the recipe."), ZX_SEVERITY_ERROR },
  { "usage.span-implausible", N_ ("A span that cannot be"),
    N_ ("The times run over %s days; at most %s can be used."),
    N_ ("Correct the wild times at their source."), ZX_SEVERITY_ERROR },
  { "sessions.end-before-start", N_ ("A session that ends before it starts"),
    N_ ("The session ends at %s, before its start at %s."),
    N_ ("Correct the stamps at their source."), ZX_SEVERITY_ERROR },
  { "sessions.too-long", N_ ("A very long session"),
    N_ ("The session lasts %s h; more than %s h are doubtful."),
    N_ ("Check whether the cable was left plugged in."), ZX_SEVERITY_WARNING },
  { "sessions.negative-duration", N_ ("A negative duration"),
    N_ ("The duration is %s; it was not used."), N_ ("Correct the duration at its source."),
    ZX_SEVERITY_WARNING },
  { "sessions.negative-idle", N_ ("A negative idle time"),
    N_ ("The idle time is %s; it was not used."),
    N_ ("Correct the idle time at its source: charging cannot last longer than the stay."),
    ZX_SEVERITY_WARNING },
  { "sessions.duplicate", N_ ("The same session twice"),
    N_ ("The session is the same as that in row %s."), N_ ("Keep one row for each session."),
    ZX_SEVERITY_ERROR },
  { "sessions.missing-station", N_ ("A session without a station"),
    N_ ("The row does not say which station it belongs to."), N_ ("Complete the station."),
    ZX_SEVERITY_ERROR },
  { "sessions.missing-end", N_ ("A session without an end"),
    N_ ("The session has energy but no end; all of it was put into the hour of its start."),
    N_ ("Complete the end."), ZX_SEVERITY_WARNING },
  { "price.zero-means-missing", N_ ("A price of zero"),
    N_ ("The price of %s is 0; it was taken as not known."),
    N_ ("Give the price, or leave it empty where it is not known."), ZX_SEVERITY_WARNING },
  { "price.scale-assumed", N_ ("The unit of the price"),
    N_ ("Prices of about %s per kWh were read as hundredths of the currency."),
    N_ ("State price_scale in the recipe: 100 for yuan, 1 for fen."), ZX_SEVERITY_NOTE },
  { "price.implausible", N_ ("A price that cannot be"),
    N_ ("The price of %s is outside %s fen per kWh; it was taken as not known."),
    N_ ("Correct the price or price_scale."), ZX_SEVERITY_WARNING },
  /* ---- vehicles ---- */
  { "vehicles.missing-place", N_ ("A position without a place"), N_ ("The row has no coordinates."),
    N_ ("Nothing, if they are few."), ZX_SEVERITY_ERROR },
  { "vehicles.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0."),
    N_ ("Nothing, if they are few: receivers write such places before they have found themselves."),
    ZX_SEVERITY_ERROR },
  { "vehicles.outside-study-area", N_ ("Positions outside the study area"),
    N_ ("%s positions are more than %s km outside the study area and were left out."),
    N_ ("Nothing."), ZX_SEVERITY_NOTE },
  { "vehicles.swapped-axes", N_ ("Longitude and latitude exchanged"),
    N_ ("The coordinates %s were read as %s, which lies among the other positions."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_WARNING },
  { "vehicles.impossible-speed", N_ ("A jump no vehicle can make"),
    N_ ("The position asks for %s km/h; %s km/h are possible."),
    N_ ("Nothing, if they are few: reflections throw single positions far away."),
    ZX_SEVERITY_ERROR },
  { "vehicles.duplicate-point", N_ ("The same position twice"),
    N_ ("The vehicle %s has a position at this time in row %s already."),
    N_ ("Nothing, if they are few."), ZX_SEVERITY_ERROR },
  { "vehicles.broken-trace", N_ ("Traces that go on elsewhere"),
    N_ ("At %s places a trace goes on where it cannot have got to; the time between was not "
        "counted."),
    N_ ("Nothing, if they are few: two vehicles may share an identifier."), ZX_SEVERITY_NOTE },
  { "vehicles.missing-id", N_ ("A position of no vehicle"), N_ ("The row has no vehicle."),
    N_ ("Nothing, if they are few."), ZX_SEVERITY_ERROR },
  { "vehicles.identical-trip", N_ ("The same trip twice"),
    N_ ("The trip is the same as that in row %s."), N_ ("Keep one row for each trip."),
    ZX_SEVERITY_ERROR },
  { "vehicles.end-before-start", N_ ("A trip that ends before it starts"),
    N_ ("The trip ends at %s, before its start at %s."), N_ ("Correct the stamps at their source."),
    ZX_SEVERITY_ERROR },
  { "vehicles.measure-mixed", N_ ("Layers of vehicles of different kinds"),
    N_ ("This layer gives %s, another %s; only the latter was used."),
    N_ ("Give vehicle layers of one kind."), ZX_SEVERITY_WARNING },
  /* ---- the grid company ---- */
  { "transformers.rated-missing", N_ ("The rated power is missing"),
    N_ ("The rated power is %s; it must be more than 0 kVA."), N_ ("Complete the rated power."),
    ZX_SEVERITY_ERROR },
  { "transformers.rated-unusual", N_ ("A rated power that is no standard size"),
    N_ ("The rated power of %s kVA is no standard size; the nearest is %s kVA."),
    N_ ("Check the rated power."), ZX_SEVERITY_NOTE },
  { "transformers.unit-slip", N_ ("A slip of units"), N_ ("%s was read as %s."),
    N_ ("Give rated power in kVA and loads in kW."), ZX_SEVERITY_WARNING },
  { "transformers.overloaded", N_ ("A load far above the rated power"),
    N_ ("The load rate is %s; more than %s is doubtful."), N_ ("Check load and rated power."),
    ZX_SEVERITY_WARNING },
  { "transformers.swapped-power", N_ ("Active and reactive power exchanged"),
    N_ ("The reactive load of %s kvar is larger than the active load of %s kW."),
    N_ ("Check which of the two is which."), ZX_SEVERITY_WARNING },
  { "transformers.negative-load", N_ ("A negative load"),
    N_ ("The load of %s kW is negative; it was kept as power fed back."),
    N_ ("Check the sign of the load."), ZX_SEVERITY_WARNING },
  { "transformers.missing-place", N_ ("A transformer without a place"),
    N_ ("The row has no place."), N_ ("Complete its coordinates."), ZX_SEVERITY_ERROR },
  { "transformers.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "transformers.outside-study-area", N_ ("A place outside the study area"),
    N_ ("The transformer lies %s m outside the study area; %s m are allowed."),
    N_ ("Correct its coordinates."), ZX_SEVERITY_ERROR },
  { "transformers.duplicate-id", N_ ("The same transformer twice"),
    N_ ("The identifier %s stands in row %s already."), N_ ("Keep one row for each transformer."),
    ZX_SEVERITY_ERROR },
  { "transformers.load-missing", N_ ("Transformers without a load"),
    N_ ("%s transformers have no load; their room cannot be told."),
    N_ ("Ask the grid company for the loads."), ZX_SEVERITY_NOTE },
  { "transformers.profile-assumed", N_ ("The load by hour is assumed"),
    N_ ("%s transformers give only their highest load; it was taken for every hour, which is on "
        "the safe side."),
    N_ ("Ask for the load by hour."), ZX_SEVERITY_NOTE },
  { "transformers.unknown-feeder", N_ ("A feeder that is not there"), N_ ("There is no feeder %s."),
    N_ ("Correct the feeder of the transformer."), ZX_SEVERITY_WARNING },
  { "feeders.unknown-node", N_ ("A branch to a node that is not there"),
    N_ ("There is no node %s."), N_ ("Correct the node or add it."), ZX_SEVERITY_ERROR },
  { "feeders.duplicate-node", N_ ("The same node twice"),
    N_ ("The identifier %s stands in row %s already."), N_ ("Keep one row for each node."),
    ZX_SEVERITY_ERROR },
  { "feeders.duplicate-branch", N_ ("The same branch twice"),
    N_ ("The identifier %s stands in row %s already."), N_ ("Keep one row for each branch."),
    ZX_SEVERITY_ERROR },
  { "feeders.missing-id", N_ ("A node without an identifier"), N_ ("The row has no identifier."),
    N_ ("Complete the identifier."), ZX_SEVERITY_ERROR },
  { "feeders.self-loop", N_ ("A branch from a node to itself"),
    N_ ("The branch begins and ends at the node %s."), N_ ("Correct one of the two nodes."),
    ZX_SEVERITY_ERROR },
  { "feeders.zero-impedance", N_ ("A branch without impedance"),
    N_ ("Resistance and reactance are %s; they were set to %s ohm."),
    N_ ("Give the impedance, or join the two nodes."), ZX_SEVERITY_WARNING },
  { "feeders.negative-impedance", N_ ("A negative resistance"), N_ ("The resistance is %s ohm."),
    N_ ("Correct the resistance."), ZX_SEVERITY_ERROR },
  { "feeders.impedance-missing", N_ ("A branch without resistance"),
    N_ ("The row has no resistance."), N_ ("Complete resistance and reactance."),
    ZX_SEVERITY_ERROR },
  { "feeders.schematic-coordinates", N_ ("A schematic network"),
    N_ ("The coordinates run from %s to %s and are no places on Earth; the network was used "
        "without a map."),
    N_ ("Ask for coordinates."), ZX_SEVERITY_WARNING },
  { "feeders.no-source", N_ ("A feeder without a source"),
    N_ ("The feeder %s has no source; the node %s was taken."),
    N_ ("Mark where the feeder begins."), ZX_SEVERITY_WARNING },
  { "feeders.base-assumed", N_ ("The base of the per-unit values is assumed"),
    N_ ("The base power is not stated; %s MVA were assumed."),
    N_ ("State value.base_mva in the recipe."), ZX_SEVERITY_NOTE },
  { "feeders.voltage-missing", N_ ("A node without a voltage"),
    N_ ("The node %s has no voltage, which its per-unit branches need."), N_ ("Complete base_kv."),
    ZX_SEVERITY_ERROR },
  { "feeders.unit-slip", N_ ("A slip of units"), N_ ("%s was read as %s."),
    N_ ("Give loads in the unit the column says."), ZX_SEVERITY_WARNING },
  { "feeders.swapped-power", N_ ("Active and reactive power exchanged"),
    N_ ("The reactive load of %s kvar is larger than the active load of %s kW."),
    N_ ("Check which of the two is which."), ZX_SEVERITY_WARNING },
  { "links.area-to-feeder", N_ ("The feeder of a transformer area was inferred"),
    N_ ("The area names no feeder; that of the nearest node was taken: %s, %s away."),
    N_ ("State the feeder of the area (feeder_id), or leave the area out."), ZX_SEVERITY_WARNING },
  { "links.stations-near", N_ ("Stations near a feeder"),
    N_ ("%s stations lie within reach of a feeder's node, the farthest %s away; their load is "
        "taken "
        "to be in the feeders' loads already."),
    N_ ("Nothing, unless the loads were measured without the stations."), ZX_SEVERITY_NOTE },
  { "links.stations-far", N_ ("Stations far from every feeder"),
    N_ ("%s stations have no node of a feeder within %s; what supplies them is not known."),
    N_ ("Complete the network, or ask the power company."), ZX_SEVERITY_NOTE },
  { "links.gap", N_ ("A gap in a line"),
    N_ ("The nodes %s are %s apart and one of them has no way to a source; they were not joined."),
    N_ ("Draw the branch between them if it is there, or an open switch if it is not."),
    ZX_SEVERITY_WARNING },
  { "feeders.unknown-phases", N_ ("Phases that are none"),
    N_ ("The phases “%s” are not understood; the load counts as balanced."),
    N_ ("Write A, B, C or several of them, each perhaps with its share of the load."),
    ZX_SEVERITY_WARNING },
  { "feeders.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0; the node was used without a place."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_WARNING },
  { "feeders.isolated-node", N_ ("Nodes without a branch"), N_ ("%s nodes have no branch."),
    N_ ("Nothing, if they are spare."), ZX_SEVERITY_NOTE },
  { "feeders.reader-note", N_ ("What the reader of the network noticed"), N_ ("%s"),
    N_ ("Look at the network in the tool it comes from."), ZX_SEVERITY_NOTE },
  { "grid.transformer-over", N_ ("A transformer above its rating"),
    N_ ("The transformer %s is loaded to %s of its rating."),
    N_ ("Move load, or put in the next size; see the grid page and the report."),
    ZX_SEVERITY_WARNING },
  { "grid.branch-over", N_ ("A line above its limit"), N_ ("The line %s is loaded to %s."),
    N_ ("Move load, or reinforce the line; see the grid page and the report."),
    ZX_SEVERITY_WARNING },
  { "grid.heavy", N_ ("Heavily loaded lines and transformers"),
    N_ ("%s lines and transformers are loaded to four fifths or more; the fullest is %s."),
    N_ ("See the grid page and the report."), ZX_SEVERITY_NOTE },
  { "grid.voltage-low", N_ ("Voltage below the limit"),
    N_ ("On the feeder %s the voltage per unit falls below the limit: %s."),
    N_ ("Raise the voltage at the source, or reinforce; new load makes it lower."),
    ZX_SEVERITY_WARNING },
  { "grid.no-flow", N_ ("A feeder without a power flow"), N_ ("The feeder %s: %s"),
    N_ ("Correct the network; until then its limits are not checked by power flow."),
    ZX_SEVERITY_WARNING },
  /* ---- people, places, land ---- */
  { "places.missing-place", N_ ("A place without coordinates"), N_ ("The row has no coordinates."),
    N_ ("Complete its coordinates."), ZX_SEVERITY_ERROR },
  { "places.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "places.swapped-axes", N_ ("Longitude and latitude exchanged"),
    N_ ("The coordinates %s were read as %s, which lies among the other places."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_WARNING },
  { "places.outside-study-area", N_ ("Places outside the study area"),
    N_ ("%s places are more than %s km outside the study area and were left out."), N_ ("Nothing."),
    ZX_SEVERITY_NOTE },
  { "places.duplicate", N_ ("The same place twice"),
    N_ ("The place has the same name, kind and coordinates as that in row %s."),
    N_ ("Keep one row for each place."), ZX_SEVERITY_WARNING },
  { "people.negative", N_ ("A negative number of people"), N_ ("The number of people is %s."),
    N_ ("Correct the number at its source."), ZX_SEVERITY_ERROR },
  { "people.missing", N_ ("The number of people is missing"),
    N_ ("The row has no number of people."), N_ ("Complete the number."), ZX_SEVERITY_ERROR },
  { "people.unreadable", N_ ("A number of people that is not a number"),
    N_ ("The number of people is %s."), N_ ("Correct the number at its source."),
    ZX_SEVERITY_ERROR },
  { "people.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "people.swapped-axes", N_ ("Longitude and latitude exchanged"),
    N_ ("The coordinates %s were read as %s, which lies among the other rows."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_WARNING },
  { "people.outside-study-area", N_ ("People outside the study area"),
    N_ ("%s rows are more than %s km outside the study area and were left out."), N_ ("Nothing."),
    ZX_SEVERITY_NOTE },
  { "areas.empty", N_ ("An area without a shape"), N_ ("The row has no polygon."),
    N_ ("Draw the area again."), ZX_SEVERITY_ERROR },
  { "areas.self-crossing", N_ ("An outline that crosses itself"),
    N_ ("The outline crosses itself near %s; it was used as it is."),
    N_ ("Repair the outline; until then inside and outside are doubtful there."),
    ZX_SEVERITY_WARNING },
  { "areas.districts-as-boundary", N_ ("Districts taken as the boundary"),
    N_ ("No boundary was given; the districts around the stations or roads are the study area."),
    N_ ("Add a boundary if another area is meant."), ZX_SEVERITY_NOTE },
  { "parcels.swapped-axes", N_ ("Longitude and latitude exchanged"),
    N_ ("The coordinates %s were read as %s, which lies among the other parcels."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_WARNING },
  { "parcels.outside-study-area", N_ ("Land outside the study area"),
    N_ ("The parcel lies outside the study area (%s)."),
    N_ ("Correct its place, or widen the boundary."), ZX_SEVERITY_ERROR },
  { "parcels.impossible-place", N_ ("A place that cannot be"),
    N_ ("The coordinates %s are not on Earth or are 0, 0."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "parcels.missing-place", N_ ("Land without a place"), N_ ("The row has no place."),
    N_ ("Complete its place."), ZX_SEVERITY_ERROR },
  { "parcels.duplicate-id", N_ ("The same land twice"),
    N_ ("The identifier %s stands in row %s already."), N_ ("Keep one row for each parcel."),
    ZX_SEVERITY_ERROR },
  { "parcels.implausible", N_ ("A value that cannot be"),
    N_ ("The value %s for %s cannot be; it was taken as not known."),
    N_ ("Correct the value at its source."), ZX_SEVERITY_WARNING },
  { "parcels.unknown-transformer", N_ ("A transformer that is not there"),
    N_ ("There is no transformer %s; the nearest is used."),
    N_ ("Correct the transformer of the parcel."), ZX_SEVERITY_WARNING },
  /* ---- roads ---- */
  { "roads.zero-length", N_ ("A road without length"),
    N_ ("The road has fewer than two different points."), N_ ("Nothing, if they are few."),
    ZX_SEVERITY_WARNING },
  { "roads.duplicate", N_ ("The same road twice"),
    N_ ("The road has the same course as that in row %s."), N_ ("Keep one line for each road."),
    ZX_SEVERITY_WARNING },
  { "roads.impossible-place", N_ ("A place that cannot be"),
    N_ ("The road runs through %s, which is not on Earth."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "roads.outside-study-area", N_ ("A road far from all others"),
    N_ ("The road lies %s km from the other roads."), N_ ("Correct its coordinates."),
    ZX_SEVERITY_ERROR },
  { "roads.class-unknown", N_ ("Roads without a known class"),
    N_ ("%s roads have no class that is known; the default speed is used for them."),
    N_ ("Give the road class as an OSM highway value or a Chinese road grade."), ZX_SEVERITY_NOTE },
  { "roads.speed-unreadable", N_ ("A speed limit that cannot be read"),
    N_ ("The speed limit %s cannot be read; the speed of the road class is used."),
    N_ ("Give speed limits in km/h."), ZX_SEVERITY_NOTE },
  { "roads.outside-largest-part", N_ ("Roads that lead nowhere"),
    N_ ("%s km of %s km of roads cannot be reached from the rest and back; they were left out."),
    N_ ("Nothing, if they are few."), ZX_SEVERITY_NOTE },
  { "roads.cut-by-barrier", N_ ("Roads that a barrier closes"),
    N_ ("Barriers close %s roads, wholly or in part; nobody is led across them."),
    N_ ("Remove the barrier if the road may be driven."), ZX_SEVERITY_NOTE },
  /* ---- reading geodata ---- */
  { "gis.encoded-geojson", N_ ("Coordinates that are not coordinates"),
    N_ ("The file holds coded outlines instead of coordinates; its %s shapes cannot be used."),
    N_ ("Ask for plain GeoJSON."), ZX_SEVERITY_ERROR },
  { "gis.driver-error", N_ ("A complaint of the reader"), N_ ("The reader complains: %s."),
    N_ ("Ask for the file again, or open and save it with another program."), ZX_SEVERITY_WARNING },
  { "gis.fewer-rows", N_ ("Rows are missing at the end"),
    N_ ("Only %s rows could be read; the file says it has %s."),
    N_ ("Ask for the file again: it is cut off or damaged."), ZX_SEVERITY_ERROR },
  { "gis.deleted-rows", N_ ("Rows marked as deleted"),
    N_ ("%s rows are marked as deleted in the file and were not read."),
    N_ ("Nothing, unless they were deleted by mistake."), ZX_SEVERITY_NOTE },
  { "gis.driver-warning", N_ ("A remark of the reader"), N_ ("The reader says: %s."),
    N_ ("Nothing, unless something is missing."), ZX_SEVERITY_NOTE },
  { "gis.crs-missing", N_ ("The coordinate system is not stated"),
    N_ ("The layer does not say which coordinate system it is in, and its coordinates fit none: "
        "%s."),
    N_ ("State crs in the recipe."), ZX_SEVERITY_WARNING },
  { "gis.crs-guessed", N_ ("The coordinate system was guessed"),
    N_ ("The coordinates were taken as %s, because %s."),
    N_ ("State crs in the recipe if this is wrong."), ZX_SEVERITY_NOTE },
  { "gis.axes-swapped", N_ ("Latitude comes first"),
    N_ ("Latitude stands before longitude in the whole layer; the two were exchanged."),
    N_ ("Nothing."), ZX_SEVERITY_WARNING },
  { "gis.shx-restored", N_ ("The index of a Shapefile was made again"),
    N_ ("The file %s was missing; it was made again in memory."),
    N_ ("Ask for all parts of the Shapefile."), ZX_SEVERITY_NOTE },
  { "gis.encoding", N_ ("The encoding was guessed"),
    N_ ("The texts were read as %s, because they are not in %s."),
    N_ ("Add a .cpg file that names the encoding."), ZX_SEVERITY_NOTE },
  { "gis.broken-geometry", N_ ("A shape that cannot be read"),
    N_ ("The shape of the row cannot be read."), N_ ("Draw the shape again."), ZX_SEVERITY_ERROR },
  { "gis.duplicate-column", N_ ("Two columns with one name"),
    N_ ("A column’s name comes twice; the second was given a number."),
    N_ ("Give each column a name of its own."), ZX_SEVERITY_WARNING },
  { "gis.long-row", N_ ("A row with too many cells"),
    N_ ("The row has more cells than the header."), N_ ("Put texts that hold commas into quotes."),
    ZX_SEVERITY_WARNING },
  { "gis.short-row", N_ ("A row with too few cells"),
    N_ ("The row has fewer cells than the header."), N_ ("Complete the row."),
    ZX_SEVERITY_WARNING },
  { "gis.many-points", N_ ("Several points in one row"),
    N_ ("The row has several points; the first was used."),
    N_ ("Give each point a row of its own."), ZX_SEVERITY_WARNING },
  { "gis.mixed-collection", N_ ("A collection of shapes"),
    N_ ("The row holds shapes of several kinds; those of the layer’s kind were used."),
    N_ ("Put shapes of each kind into a layer of their own."), ZX_SEVERITY_WARNING },
  { "gis.no-geometry", N_ ("A row without a shape"), N_ ("%s rows have no shape."),
    N_ ("Draw the shape, or leave the row out."), ZX_SEVERITY_WARNING },
  { "gis.no-header", N_ ("A table without a header"), N_ ("The first row holds values, not names."),
    N_ ("Add a row with the names of the columns."), ZX_SEVERITY_WARNING },
  { "gis.not-finite", N_ ("Coordinates that are not finite"),
    N_ ("The coordinates of the row are not finite numbers."),
    N_ ("Correct the coordinates at their source."), ZX_SEVERITY_ERROR },
  { "gis.too-far", N_ ("Coordinates out of bounds"),
    N_ ("The coordinates of the row are too large (%s; at most %s)."),
    N_ ("Correct the coordinates or the coordinate system."), ZX_SEVERITY_ERROR },
  { "gis.too-short", N_ ("A line or outline with too few points"),
    N_ ("The shape of the row has too few points."), N_ ("Draw the shape again."),
    ZX_SEVERITY_WARNING },
  { "gis.odd-quote", N_ ("A quote that is not closed"), N_ ("A quote in the row is not closed."),
    N_ ("Close the quote."), ZX_SEVERITY_WARNING },
  { "gis.open-ring", N_ ("An open outline was closed"),
    N_ ("The outline did not end where it began; it was closed."), N_ ("Nothing."),
    ZX_SEVERITY_NOTE },
  { "gis.other-geometry", N_ ("Shapes of another kind"),
    N_ ("The row holds a shape of the kind %s, most hold %s; its shape was left out."),
    N_ ("Put shapes of each kind into a layer of their own."), ZX_SEVERITY_WARNING },
  { "gis.part-without-extent", N_ ("A part without extent"),
    N_ ("A part of the shape has no extent; it was left out."), N_ ("Draw the shape again."),
    ZX_SEVERITY_WARNING },
  { "gis.title-lines", N_ ("Lines above the header"),
    N_ ("%s lines above the header were left out."), N_ ("Nothing."), ZX_SEVERITY_NOTE },
  { "gis.words-for-missing", N_ ("Words for missing"),
    N_ ("%s cells hold a word such as NULL; they were read as missing."),
    N_ ("Leave missing cells empty."), ZX_SEVERITY_NOTE },
  { "gis.guessed-crs", N_ ("The coordinate system was guessed"),
    N_ ("The raster was taken as %s, because %s."),
    N_ ("State crs in the recipe if this is wrong."), ZX_SEVERITY_WARNING },
  { "gis.not-readable", N_ ("A file that cannot be read"), N_ ("The file was left out: %s"),
    N_ ("Convert it to GeoPackage, GeoJSON, Shapefile or CSV."), ZX_SEVERITY_ERROR },
  /* ---- later stages ---- */
  { "demand.covariate-dropped", N_ ("A covariate was left out"),
    N_ ("%s was left out of the demand model, because it says nearly the same as %s."),
    N_ ("Nothing."), ZX_SEVERITY_NOTE },
  { "demand.covariate-constant", N_ ("A covariate was left out"),
    N_ ("%s was left out of the demand model, because it is the same in every cell."),
    N_ ("Nothing."), ZX_SEVERITY_NOTE },
  { "demand.default-profile", N_ ("The load by hour is assumed"),
    N_ ("No station has usage by the hour (%s); the shape of the day is that of %s."),
    N_ ("Give usage by the hour."), ZX_SEVERITY_NOTE },
  { "demand.no-catchment", N_ ("Stations without a catchment"),
    N_ ("Stations from which no cell can be reached do not teach the demand model."),
    N_ ("Check whether they stand on roads."), ZX_SEVERITY_NOTE },
  { "demand.no-history", N_ ("No history of usage"),
    N_ ("There is no usage to learn from: %s were spread by what is known about places and people "
        "(%s)."),
    N_ ("Give the usage of stations."), ZX_SEVERITY_WARNING },
  { "demand.place-unproven", N_ ("Place is not proven to matter"),
    N_ ("On blocks held out, knowing place gains %s in log score; two standard errors are %s. The "
        "data do not show that place matters for use."),
    N_ ("Do not choose sites by the map of demand alone; measure at a few first."),
    ZX_SEVERITY_WARNING },
  { "demand.place-worse", N_ ("Place predicts worse than none"),
    N_ ("On blocks held out, knowing place changes the log score by %s; two standard errors are "
        "%s. One level for all predicts better."),
    N_ ("Do not choose sites by the map of demand."), ZX_SEVERITY_WARNING },
  { "demand.place-left-out", N_ ("The belief rests on no effect of place"),
    N_ ("A model that knows place would believe in %s times what the stations with a history sell. "
        "Blocks held out do not support it, so belief and plan rest on models without place, which "
        "are held to what is sold: %s times, all stations and all demand not served included."),
    N_ ("Choose by grid and costs, and measure at a few sites first."), ZX_SEVERITY_WARNING },
  { "demand.place-shared", N_ ("The belief rests on place in part"),
    N_ ("Blocks held out give the model that knows place a weight of %s; the other draws are of "
        "models without place, held to the %s kWh that the stations sell a day."),
    N_ ("Nothing; the intervals are wider by it."), ZX_SEVERITY_NOTE },
  { "demand.far-above-sold", N_ ("Far more demand than is sold"),
    N_ ("The model believes in %s times what the stations with a history sell. Sales do not follow "
        "the places from which cars could come."),
    N_ ("Do not use the level of demand: check that the history covers the stations, and what "
        "energies and connectors it states."),
    ZX_SEVERITY_WARNING },
  { "demand.operators-alone", N_ ("Operators that stand alone"),
    N_ ("Operators never stand next to another one: their effect cannot be told from that of "
        "their places."),
    N_ ("Read the differences between operators with care."), ZX_SEVERITY_NOTE },
  { "demand.few-counts", N_ ("Hardly any use was counted"),
    N_ ("Use is so little at %s stations that the intervals of the effects are too narrow."),
    N_ ("Do not rely on the effects; wait for a longer history."), ZX_SEVERITY_WARNING },
  { "demand.first-order", N_ ("Too many stations for whole catchments"),
    N_ ("With %s stations and more than %s, the field is that of whole catchments, and what they "
        "blur within them is put back by rule: on cities of known demand, intervals meant for "
        "80 cells in a hundred then held 77, between 61 and 90."),
    N_ ("Read ranges of single cells as approximate; the total is not affected."),
    ZX_SEVERITY_NOTE },
  { "demand.extrapolated", N_ ("Beyond what was seen"),
    N_ ("%s of %s cells lie outside the range of surroundings seen at stations with a history."),
    N_ ("Treat results there with care."), ZX_SEVERITY_NOTE },
  { "siting.grid-not-checked", N_ ("The grid was not checked"),
    N_ ("Room in the grid was not checked at %s candidates: there are no transformer areas, or the "
        "check was switched off."),
    N_ ("Give transformer areas and feeders."), ZX_SEVERITY_WARNING },
  { "siting.no-roads", N_ ("No roads"),
    N_ ("There are no roads: travel times are straight lines with a detour factor of %s at %s "
        "km/h."),
    N_ ("Give a road network."), ZX_SEVERITY_WARNING },
  { "siting.grid-room-unknown", N_ ("Room in the grid is not known"),
    N_ ("%s of %s candidates lie where the room in the grid is not known; they were kept."),
    N_ ("Ask the grid company for the loads there."), ZX_SEVERITY_WARNING },
  { "siting.straight-lines", N_ ("Straight lines instead of roads"),
    N_ ("Travel times to %s candidates are straight lines with a detour factor."),
    N_ ("Give a road network."), ZX_SEVERITY_WARNING },
  { "siting.draws-thinned", N_ ("Fewer draws of demand"),
    N_ ("The choice was made over %s draws of demand; the model made %s."), N_ ("Nothing."),
    ZX_SEVERITY_NOTE },
  { "siting.no-candidate-left", N_ ("No candidate passed the filters"),
    N_ ("All %s candidates were filtered out."),
    N_ ("Relax a filter; the reasons stand at each candidate."), ZX_SEVERITY_WARNING },
  { "siting.fewer-sites", N_ ("Fewer sites than asked"),
    N_ ("The plan has %s of the %s sites asked for: no other is worth building or allowed."),
    N_ ("Relax a filter or the budget."), ZX_SEVERITY_WARNING },
  { "siting.not-proven", N_ ("The choice is not proven best"),
    N_ ("The search ended %s below the proven bound; the goal is %s."), N_ ("Allow more time."),
    ZX_SEVERITY_NOTE },
  { "siting.settled", N_ ("The planner ended the search"),
    N_ ("The planner ended the search %s below the proven bound; the goal was %s.  What the plan "
        "rests on was not asked after that."),
    N_ ("Run the choice again to let it go on."), ZX_SEVERITY_NOTE },
  { "siting.plan-breaks-limit", N_ ("The plan breaks a limit"), N_ ("The plan breaks a limit: %s"),
    N_ ("This is a mistake of the program; please report it."), ZX_SEVERITY_ERROR },
  { "siting.feeder-cut", N_ ("A feeder cannot carry what was chosen"),
    N_ ("The sites first chosen on a feeder (%s) break its limits by exact power flow; %s kW hold. "
        "The choice was made again with that."),
    N_ ("See the table of feeders in the report."), ZX_SEVERITY_NOTE },
  { "siting.candidates-made", N_ ("Candidates were made"),
    N_ ("%s candidates were made from cells and roads, because no land was given."),
    N_ ("Give candidate land."), ZX_SEVERITY_NOTE },
};

const ZxRule *
zx_quality_rules (guint *n_rules)
{
  if (n_rules != NULL)
    *n_rules = G_N_ELEMENTS (rules);
  return rules;
}

const ZxRule *
zx_quality_rule (const char *id)
{
  for (guint i = 0; id != NULL && i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].id, id) == 0)
      return &rules[i];
  return NULL;
}

/* What a finding leaves out shows as a dash; values come from files: control characters and marks
 * that turn the direction of writing would change what the sentence seems to say. */
static void
append_value (GString *out, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (*value != '\0' ? value : "–", -1);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_bidi = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e
                         || c == 0x200f;
      if (!g_unichar_iscntrl (c) && !is_bidi)
        g_string_append_unichar (out, c);
    }
}

static char *
fill_in (const char *message, const char *value, const char *bound)
{
  const char *part[2] = { value, bound };
  guint next = 0;
  GString *out = g_string_new (NULL);
  for (const char *p = message; *p != '\0'; p++)
    {
      gboolean is_numbered = g_str_has_prefix (p, "%1$s") || g_str_has_prefix (p, "%2$s");
      if (is_numbered)
        append_value (out, part[p[1] - '1']);
      else if (g_str_has_prefix (p, "%s"))
        {
          append_value (out, part[next]);
          next = 1;
        }
      else
        {
          g_string_append_c (out, *p);
          continue;
        }
      p += is_numbered ? 3 : 1;
    }
  return g_string_free (out, FALSE);
}

/* Values and bounds that are phrases of this program, not of a file: they speak the language of
 * the sentence they stand in. */
static gboolean
holds_phrases (const char *rule)
{
  static const char *const rules_with_phrases[] = { "gis.crs-missing",
                                                    "gis.crs-guessed",
                                                    "gis.guessed-crs",
                                                    "demand.covariate-dropped",
                                                    "demand.covariate-constant",
                                                    "demand.no-history",
                                                    NULL };
  return g_strv_contains (rules_with_phrases, rule);
}

char *
zx_quality_layer_title (const char *layer, const ZxCatalogue *catalogue)
{
  static const struct
  {
    const char *layer, *title;
  } parts[] = {
    { "project", N_ ("Project") },   { "siting", N_ ("Choice of sites") },
    { "cells", N_ ("Cells") },       { "roads", N_ ("Roads") },
    { "stations", N_ ("Stations") }, { "usage", N_ ("Usage of stations") },
    { "grid", N_ ("Grid") },
  };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (parts[i].layer, layer) == 0)
      return g_strdup (zx_catalogue_get (catalogue, parts[i].title));
  return g_strdup (layer);
}

char *
zx_quality_describe (const ZxFindings *findings, const ZxFinding *finding,
                     const ZxCatalogue *catalogue)
{
  const ZxRule *rule = zx_quality_rule (finding->rule);
  const char *value = zx_pool_get (findings->pool, finding->value);
  const char *bound = zx_pool_get (findings->pool, finding->bound);
  if (holds_phrases (finding->rule))
    {
      value = zx_catalogue_get (catalogue, value);
      bound = zx_catalogue_get (catalogue, bound);
    }
  g_autofree char *sentence
      = rule != NULL ? fill_in (zx_catalogue_get (catalogue, rule->message), value, bound)
                     : g_strdup (finding->rule);
  if (finding->count <= 1)
    return g_steal_pointer (&sentence);
  g_autofree char *count = zx_number_human (finding->count, 0);
  return fill_in (zx_catalogue_get (catalogue, N_ ("%s Count: %s.")), sentence, count);
}
