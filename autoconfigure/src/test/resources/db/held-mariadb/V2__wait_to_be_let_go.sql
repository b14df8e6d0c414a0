select get_lock('4711', 600);
