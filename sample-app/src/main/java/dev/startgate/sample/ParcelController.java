package dev.startgate.sample;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Lists parcels and accepts new ones.
 */
@RestController
@RequestMapping("/parcels")
class ParcelController {

	private final ParcelRepository parcels;

	private final PostcodeDirectory directory;

	ParcelController(ParcelRepository parcels, PostcodeDirectory directory) {
		this.parcels = parcels;
		this.directory = directory;
	}

	@GetMapping
	List<Parcel> latest() {
		return this.parcels.latest(20);
	}

	@GetMapping("/tariffs")
	List<Tariff> tariffs() {
		return this.parcels.tariffs();
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Parcel accept(@RequestBody ParcelOrder order) {
		String depot = this.directory.depotOf(order.postcode())
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.UNPROCESSABLE_CONTENT,
					"No depot delivers to '" + order.postcode() + "'"));
		return this.parcels.add(order, depot);
	}

}
