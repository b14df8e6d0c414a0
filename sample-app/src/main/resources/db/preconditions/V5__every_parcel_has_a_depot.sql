-- Each row is a violation: V5 does not run as long as there is one.
select id, postcode from parcel where depot is null;
