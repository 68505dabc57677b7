package server

// FlightTime is for tests that stand outside.
const FlightTime = flightTime
