----------------------------- MODULE Instances -----------------------------
(* What the configurations need that they can't say themselves.               *)
EXTENDS Startgate

One   == << <<"alone">> >>
Two   == << <<"tx">>, <<"alone">> >>
Mixed == << <<"tx", "tx">>, <<"alone", "joins">> >>
Doubt == << <<"alone", "opaque", "joins">> >>
OnlyTx == << <<"tx">>, <<"tx">> >>

Interchangeable == Permutations(Replica)
=============================================================================
