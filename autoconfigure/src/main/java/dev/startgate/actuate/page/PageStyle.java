package dev.startgate.actuate.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The style of the page, and the content security policy that allows nothing else.
 */
final class PageStyle {

	static final String CSS = """
			:root{color-scheme:light dark;--line:#7d859055}
			body{margin:0;font:15px/1.45 system-ui,sans-serif;background:Canvas;color:CanvasText}
			main{max-width:70rem;margin:0 auto;padding:1rem 1rem 2rem}
			h1{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center;font-size:1.5rem;margin:.3rem 0}
			h2{font-size:1rem;margin:1.6rem 0 .5rem}
			p{margin:.4rem 0}
			.replica,p,dd,pre,td,.label{overflow-wrap:anywhere}
			.state{font-size:1rem;letter-spacing:.04em;padding:.15rem .7rem;border-radius:1rem;color:#fff;background:#57606a}
			.waiting{background:#8a5a00}.migrating{background:#1f5fb0}.settling{background:#0b6e65}
			.open{background:#1a7f37}.blocked,.failed{background:#b3202a}
			[role=status]{font-size:1.1rem}
			pre{white-space:pre-wrap;border-left:4px solid #b3202a;padding:.5rem .8rem;margin:.6rem 0;background:#7d859018}
			.timeline{list-style:none;margin:0;padding:0}
			.timeline li{display:grid;grid-template-columns:1fr auto;gap:0 .8rem;padding:.22rem 0}
			.timeline svg{grid-column:1/-1;display:block}
			.took,.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
			.axis .took,.axis .label{font-weight:600}
			progress{width:100%;height:.8rem;accent-color:#3b82d6}
			dl{margin:0}dt{font-weight:600}dd{margin:0 0 .5rem}
			table{border-collapse:collapse;width:100%}
			th,td{text-align:left;padding:.25rem 1.4rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
			th:nth-child(3){text-align:right}
			summary{cursor:pointer}
			ul{margin:0;padding-left:1.2rem}
			footer{margin-top:2rem;font-size:.85rem;opacity:.8}
			@media(min-width:48rem){.timeline li{grid-template-columns:17rem 1fr 9rem;align-items:center}
			.timeline svg{grid-column:2;grid-row:1}.timeline .took{grid-column:3}}
			""";

	static final String POLICY = "default-src 'none'; style-src 'sha256-" + hash() + "'";

	private PageStyle() {
	}

	private static String hash() {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(CSS.getBytes(StandardCharsets.UTF_8));
			return Base64.getEncoder().encodeToString(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
